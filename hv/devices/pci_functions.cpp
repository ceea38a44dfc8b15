// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds the PCI functions that hv's physical drivers know: register window mapped, one event routed.

#include "arch/paging.h"
#include "class/driver.h"
#include "devices/devices.h"
#include "devices/pci_interrupts.h"

namespace wick::hv {
namespace {

/// What a linked driver says it is for.
DeviceKind kind_of(const DeviceEntry& device) {
  for (const auto* driver = wick_drivers_start; driver != wick_drivers_end; ++driver)
    if (driver->takes && driver->takes(device)) return driver->kind;
  return DeviceKind::none;
}

void add(const PciFunction& function, Boot& boot) {
  DeviceEntry device{};
  device.bus = Bus::pci;
  device.identity = function.read(0);
  for (unsigned i = 0; i < sizeof device.class_code; ++i) device.class_code[i] = function.read8(9 + i);
  device.kind = kind_of(device);
  if (device.kind == DeviceKind::none) return;
  device.windows[0] = {function.bar(0), function.bar_length(0)};
  if (!raw(device.windows[0].start) || !map_device(device.windows[0].start, device.windows[0].length)) return;
  function.answer();
  if (!route_one_event(function, device)) return;
  boot.add(device, function.requester());
}

}  // namespace

void find_pci_functions(Boot& boot) { each_pci_function(boot, add); }

}  // namespace wick::hv
