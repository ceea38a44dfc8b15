// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "machine/drivers.h"

#include "devices/finder.h"
#include "devices/masters.h"
#include "machine/backends.h"
#include "platform/print.h"

extern "C" const char wick_ring_entries[];

namespace wick::hv {
namespace {

/// Rings as long as the guest's.
std::uint32_t ring_size() { return static_cast<std::uint32_t>(address_of(wick_ring_entries)); }

}  // namespace

void choose_devices(Boot& boot) {
  choose_devices(boot, [](const auto& device) {
    const auto* driver = drivers::driver_for(device);
    return driver ? most_served(driver->kind) : 0;
  });
}

std::uint64_t drivers_dma(const Boot& boot) {
  std::uint64_t bytes = 0;
  for (const auto& device : boot.devices) bytes += drivers::driver_for(device)->dma_bytes(ring_size());
  return bytes;
}

drivers::Instance start_driver(const DeviceEntry& device, drivers::DmaPool& pool) {
  drivers::Instance instance;
  if (ok(drivers::driver_for(device)->probe({device, pool, ring_size(), notify_device}, instance))) return instance;
  print_line(print, "[wick] a device at ", Hex{raw(device.windows[0].start)}, " stays unused: ", instance.trouble);
  return {};
}

}  // namespace wick::hv
