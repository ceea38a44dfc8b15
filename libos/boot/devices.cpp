// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See devices.h. Walks BootInfo's devices and the linked drivers; linked into images whose manifest names a driver.

#include "boot/devices.h"

#include <cstring>
#include <utility>

#include "abi/call.h"
#include "boot/boot_info.h"
#include "boot/config.h"
#include "boot/init.h"
#include "boot/start.h"
#include "class/driver.h"
#include "entropy/entropy.h"
#include "trace/console.h"
#include "trace/log.h"

namespace wick::devices {

namespace {

constexpr unsigned kMax = 8;  // devices of a class
constexpr std::uint32_t kDefaultRing = 256;

struct Found {
  drivers::Network* networks[kMax];
  drivers::Block* blocks[kMax];
  drivers::Share* shares[kMax];
  drivers::Console* console;
  drivers::Entropy* entropy;
  drivers::Vsock* vsock;
  drivers::Balloon* balloon;
  unsigned network_count, block_count, share_count;
};
constinit Found found{};
/// A console that only input comes from, before anybody has read. Its own entry: what tells of devices is written anew
/// when a copy of this guest starts.
struct Unread {
  DeviceEntry console;
  bool waits;
};
constinit Unread unread{};
constinit drivers::DmaPool pool;

void keep(const drivers::Instance& instance) {
  if (instance.network && found.network_count < kMax) found.networks[found.network_count++] = instance.network;
  for (drivers::Block* block : instance.blocks)
    if (block && found.block_count < kMax) found.blocks[found.block_count++] = block;
  if (instance.share && found.share_count < kMax) found.shares[found.share_count++] = instance.share;
  if (instance.console && !found.console) found.console = instance.console;
  if (instance.entropy && !found.entropy) found.entropy = instance.entropy;
  if (instance.vsock && !found.vsock) found.vsock = instance.vsock;
  if (instance.balloon && !found.balloon) found.balloon = instance.balloon;
}

/// Has the device driven by whoever is for it. One whose driver can't is told and left alone.
void probe(const DeviceEntry& device, std::uint32_t ring_size) {
  const drivers::Driver* driver = drivers::driver_for(device);
  if (!driver) return;
  const auto place = static_cast<unsigned long long>(raw(device.windows[0].start));
  drivers::Instance instance;
  if (!ok(driver->probe({device, pool, ring_size, wick_call_notify}, instance)))
    return log::write(log::Level::warning, "%s can't drive the device at 0x%llx: %s", driver->name, place,
                      instance.trouble);
  log::write(log::Level::debug, "%s drives the device at 0x%llx", driver->name, place);
  keep(instance);
}

std::uint32_t ring_size() { return static_cast<std::uint32_t>(config::get_number("device.ring", kDefaultRing)); }

/// Most programs never read: then all that their console costs is a look at this.
drivers::Console* find_input() {
  if (std::exchange(unread.waits, false)) probe(unread.console, ring_size());
  return found.console;
}

bool has(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::network:
      return found.network_count > 0;
    case DeviceKind::console:
      return found.console || unread.waits;
    case DeviceKind::entropy:
      return found.entropy;
    case DeviceKind::vsock:
      return found.vsock;
    case DeviceKind::block:    // a volume may be optional: fs/volumes.cpp knows
    case DeviceKind::balloon:  // whose absence costs the host only
    case DeviceKind::share:
    case DeviceKind::key:  // has no driver: boot/keys.cpp asks it
    case DeviceKind::none:
      break;
  }
  return true;
}

const char* name(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::network:
      return "network device";
    case DeviceKind::console:
      return "console device";
    case DeviceKind::entropy:
      return "random number device";
    case DeviceKind::vsock:
      return "vsock device";
    case DeviceKind::block:
    case DeviceKind::balloon:
    case DeviceKind::share:
    case DeviceKind::key:
    case DeviceKind::none:
      break;
  }
  return "device";
}

/// A driver is linked because the manifest wants its device: without one the appliance can't do its work.
bool all_drivers_have_devices() {
  for (const drivers::Driver* driver = wick_drivers_start; driver != wick_drivers_end; driver++) {
    if (has(driver->kind)) continue;
    log::write(log::Level::error, "the manifest asks for a %s, but this machine has none that it can drive",
               name(driver->kind));
    return false;
  }
  return true;
}

Status bring_up() {
  const boot::Facts& facts = boot::facts();
  pool = drivers::DmaPool(facts.dma.start, facts.dma.length);
  const bool only_input = config::get("console.output") == "hv";
  boot::for_each<DeviceEntry>(*facts.info, BootTag::device, [&](const DeviceEntry& device) {
    if (only_input && device.kind == DeviceKind::console && !unread.waits && drivers::driver_for(device))
      unread = {device, true};
    else
      probe(device, ring_size());
  });
  if (only_input)
    console::read_from(find_input);
  else if (found.console)
    console::use(found.console);
  if (found.entropy) entropy::use(found.entropy);
  return all_drivers_have_devices() ? Status::ok : Status::not_found;
}

}  // namespace

drivers::Network* network(unsigned number) { return number < kMax ? found.networks[number] : nullptr; }
drivers::Block* block(unsigned number) { return number < kMax ? found.blocks[number] : nullptr; }

drivers::Block* block_by_serial(const char* serial, unsigned length) {
  for (unsigned i = 0; i < found.block_count; i++) {
    const drivers::BlockInfo info = found.blocks[i]->info();
    if (std::strlen(info.serial) == length && std::memcmp(info.serial, serial, length) == 0) return found.blocks[i];
  }
  return nullptr;
}

drivers::Share* share_by_name(const char* name, unsigned length) {
  for (unsigned i = 0; i < found.share_count; i++) {
    const char* const its = found.shares[i]->name();
    if (std::strlen(its) == length && std::memcmp(its, name, length) == 0) return found.shares[i];
  }
  return nullptr;
}

drivers::Console* console() { return found.console; }
drivers::Entropy* entropy() { return found.entropy; }
drivers::Vsock* vsock() { return found.vsock; }
drivers::Balloon* balloon() { return found.balloon; }
drivers::DmaPool& dma_pool() { return pool; }

WICK_INIT_STEP(30, "devices", bring_up);

}  // namespace wick::devices
