// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds the para-virtual devices that Xen's tools have laid out for this domain: their folders in XenStore. Each gets
// its share of the grant table and an event channel; meeting the back end is its driver's part (drivers-pv/xen).

#include "devices/finder.h"

#include <algorithm>

#include "arch/event_routing.h"
#include "arch/paging.h"
#include "base/command_line.h"
#include "class/driver.h"
#include "platform/clock.h"
#include "platform/platform.h"
#include "platform/print.h"
#include "platform/x86_64/xen/bus/disk_name.h"
#include "platform/x86_64/xen/bus/grant_table.h"
#include "platform/x86_64/xen/events.h"
#include "platform/x86_64/xen/hypercall.h"
#include "xen/grants.h"
#include "xen/store.h"

namespace wick::hv::xen {
namespace {

using drivers::xen::Facts;
using drivers::xen::kNumbers;
using drivers::xen::Store;
using drivers::xen::StorePage;
using drivers::xen::Text;

constexpr char kLayout[] = "x86_64-abi";  // XEN_IO_PROTO_ABI_X86_64, public/io/protocols.h
constexpr std::uint32_t kPortMask = 0xffff;
constexpr std::uint16_t kFirstReservedDomain = 0x7ff0;
constexpr Nanoseconds kWait{10'000'000};

struct Class {
  DeviceKind kind;
  std::string_view folder;
};
constexpr Class kClasses[] = {{DeviceKind::network, "device/vif"}, {DeviceKind::block, "device/vbd"}};

Facts facts[kMostGrantDevices];
unsigned device_count;
Gpa store_page;
Port store_port;
unsigned store_event;

void complain(std::string_view folder, std::string_view name, std::string_view why) {
  Line(print).text("[wick] Xen's ").text(folder).text("/").text(name).text(" stays unused: ").text(why).end();
}

/// What the boot line calls a disk, as `wick.xvda=data`; else the name that the tools know it by.
DiskName volume_name(const Boot& boot, std::uint32_t handle) {
  DiskName name = disk_name(handle);
  const auto given = command_line_value(boot.command_line, Text("wick.").add(name.view()).view());
  if (name.length == 0 || given.empty()) return name;
  name = {};
  for (const char c : given) name.add(c);
  return name;
}

/// @return nullptr, or why not
const char* add(Boot& boot, Store& store, const Class& of, std::string_view name, DeviceEntry& device) {
  if (device_count == kMostGrantDevices) return "there are more of Xen's devices than hv has grants for (6)";
  const auto handle = drivers::xen::parse_decimal(name, ~0u);
  if (!handle) return "its name is no number";
  Text value;
  const Text path = Text(of.folder).add('/').add(name).add("/backend-id");
  if (!ok(store.read(path.view(), value))) value.clear();
  const auto domain = drivers::xen::parse_decimal(value.view(), kFirstReservedDomain - 1);
  if (!domain) return "the store doesn't say which domain has its back end";
  const unsigned event = allocate_event();
  Port port;
  if (!bind(static_cast<std::uint16_t>(*domain), event, port)) return "Xen gives it no event channel";
  if (device_count == 0 && !map_grant_table()) return "Xen gives no grant table";
  Facts& known = facts[device_count];
  known.handle = static_cast<std::uint32_t>(*handle);
  known.port = static_cast<std::uint32_t>(port);
  known.first_grant = first_grant(device_count);
  known.domain = static_cast<std::uint16_t>(*domain);
  static_assert(sizeof kLayout <= sizeof known.layout);
  __builtin_memcpy(known.layout, kLayout, sizeof kLayout);
  if (of.kind == DeviceKind::block) {
    const DiskName volume = volume_name(boot, known.handle);
    static_assert(sizeof volume.text == sizeof known.name);
    __builtin_memcpy(known.name, volume.text, sizeof known.name);
  }
  device.event_count = 2;
  device.events[0] = static_cast<std::uint8_t>(event);
  device.events[1] = static_cast<std::uint8_t>(store_event);
  device.number = kNumbers + known.port;
  device.windows[0] = {grant_share(device_count), drivers::xen::kGrantShare * sizeof(drivers::xen::GrantEntry)};
  device.windows[1] = {store_page, kPage};
  device.windows[2] = {gpa_of(&known), sizeof known};
  ++device_count;
  boot.add(device);
  return nullptr;
}

/// The store's page and its event channel, which the domain was started with.
bool open_store() {
  const auto frame = parameter(Parameter::store_frame);
  store_port = Port{static_cast<std::uint32_t>(parameter(Parameter::store_port))};
  store_page = Gpa{frame * kPage};
  if (!frame || store_port == Port{} || !map_memory(store_page, kPage, Rights::read_write)) return false;
  store_event = allocate_event();
  return listen(store_port, store_event);
}

Status ring(std::uint32_t number) {
  if ((number & ~kPortMask) != kNumbers) return Status::unsupported;
  if (number == kNumbers) {
    platform->refresh_clock(clock_page);  // nobody has yet while devices are looked for
    forget(store_port);
    notify(store_port);
    wait_for(store_port, clock_now() + kWait);
  } else {
    notify(Port{number & kPortMask});
  }
  return Status::ok;
}

void find_class(Boot& boot, const Class& of) {
  DeviceEntry device{};
  device.bus = drivers::xen::kBus;
  device.kind = of.kind;
  if (!drivers::driver_for(device) || (!raw(store_page) && !open_store())) return;
  Store store(*reinterpret_cast<StorePage*>(raw(store_page)), ring);
  Text names;
  const Status listed = store.list(of.folder, names);
  if (listed == Status::no_memory) complain(of.folder, "", "there are more of them than hv has room to read of");
  if (!ok(listed)) return;
  for (auto rest = names.view(); !rest.empty();) {
    const std::string_view name(rest.data(), std::min(rest.find('\0'), rest.size()));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    if (const char* why = add(boot, store, of, name, device)) complain(of.folder, name, why);
  }
}

void find(Boot& boot) {
  if (platform->id != Hypervisor::xen) return;
  for (const Class& of : kClasses) find_class(boot, of);
}

WICK_REGISTERED("finders") constexpr Finder finder = {find, ring};

}  // namespace
}  // namespace wick::hv::xen
