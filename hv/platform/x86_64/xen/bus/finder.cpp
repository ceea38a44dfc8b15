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
#include "platform/x86_64/xen/bus/domain.h"
#include "platform/x86_64/xen/bus/life.h"
#include "xen/grants.h"

namespace wick::hv::xen {

Domain domain;

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

void complain(std::string_view folder, std::string_view name, std::string_view why) {
  print_line(print, "[wick] Xen's ", folder, "/", name, " stays unused: ", why);
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
  if (domain.count == kMostGrantDevices) return "there are more of Xen's devices than hv has grants for (6)";
  const auto handle = drivers::xen::parse_decimal(name, ~0u);
  if (!handle) return "its name is no number";
  Text value;
  const Text path = Text(of.folder).add('/').add(name).add("/backend-id");
  if (!ok(store.read(path.view(), value))) value.clear();
  const auto peer = drivers::xen::parse_decimal(value.view(), kFirstReservedDomain - 1);
  if (!peer) return "the store doesn't say which domain has its back end";
  auto& [known, event] = domain.devices[domain.count];
  known.handle = static_cast<std::uint32_t>(*handle);
  known.first_grant = first_grant(domain.count);
  known.domain = static_cast<std::uint16_t>(*peer);
  event = allocate_event();
  if (!bind(domain.devices[domain.count])) return "Xen gives it no event channel";
  if (domain.count == 0 && !map_grant_table()) return "Xen gives no grant table";
  static_assert(sizeof kLayout <= sizeof known.layout);
  __builtin_memcpy(known.layout, kLayout, sizeof kLayout);
  if (of.kind == DeviceKind::block) {
    const DiskName volume = volume_name(boot, known.handle);
    static_assert(sizeof volume.text == sizeof known.name);
    __builtin_memcpy(known.name, volume.text, sizeof known.name);
  }
  device.event_count = 2;
  device.events[0] = static_cast<std::uint8_t>(event);
  device.events[1] = static_cast<std::uint8_t>(domain.store_event);
  device.number = kNumbers + known.port;
  device.windows[0] = {grant_share(domain.count), drivers::xen::kGrantShare * sizeof(drivers::xen::GrantEntry)};
  device.windows[1] = {domain.store_page, kPage};
  device.windows[2] = {gpa_of(&known), sizeof known};
  ++domain.count;
  boot.add(device);
  return nullptr;
}

/// The store's page and its event channel, which the domain was started with.
bool map_store() {
  const Gpa page = store_page_now();
  domain.store_port = Port{static_cast<std::uint32_t>(parameter(Parameter::store_port))};
  if (!raw(page) || domain.store_port == Port{} || !map_memory(page, kPage, Rights::read_write)) return false;
  domain.store_page = page;
  domain.store_event = allocate_event();
  return listen(domain.store_port, domain.store_event) && bind_own_channels();
}

Status ring(std::uint32_t number) {
  if ((number & ~kPortMask) != kNumbers) return fulfil(drivers::xen::Wish{number});
  if (number == kNumbers) {
    platform->refresh_clock(clock_page);  // nobody has yet while devices are looked for
    forget(domain.store_port);
    notify(domain.store_port);
    wait_for(domain.store_port, clock_now() + kWait, true);  // one that doesn't talk now may wait for what has come
  } else {
    notify(Port{number & kPortMask});
  }
  return Status::ok;
}

void find_class(Boot& boot, const Class& of) {
  DeviceEntry device{};
  device.bus = drivers::xen::kBus;
  device.kind = of.kind;
  Store store;
  if (!drivers::driver_for(device) || !open_store(store)) return;
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

bool open_store(Store& store) {
  if (!raw(domain.store_page) && !map_store()) return false;
  store = Store(*reinterpret_cast<StorePage*>(raw(domain.store_page)), ring);
  return true;
}

}  // namespace wick::hv::xen
