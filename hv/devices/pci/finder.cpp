// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds what is on PCI: virtio functions, and those that a linked driver says it is for, with their register windows
// mapped and one event routed. Any other function is left as it is.

#include "devices/finder.h"

#include "arch/paging.h"
#include "base/command_line.h"
#include "class/driver.h"
#include "devices/pci/interrupts.h"

namespace wick::hv {
namespace {

constexpr std::uint8_t kNetworkController = 2;  // PCI Code and ID Assignment Specification, base class

bool map_windows(const PciFunction& function, unsigned count, DeviceEntry& device) {
  for (unsigned i = 0; i < count; ++i) {
    device.windows[i] = {function.bar(i), function.bar_length(i)};
    if (!raw(device.windows[i].start) || !map_device(device.windows[i].start, device.windows[i].length)) return false;
  }
  return true;
}

void add(const PciFunction& function, Boot& boot) {
  DeviceEntry device{};
  device.bus = Bus::pci;
  device.identity = function.read(0);
  if (add_virtio_pci(function, device.identity, boot)) return;
  for (const auto* finder = hv_finders_start; finder != hv_finders_end; ++finder)
    if (finder->adopt && finder->adopt(function, boot)) return;
  const std::uint32_t code = function.class_code();
  for (unsigned i = 0; i < sizeof device.class_code; ++i)
    device.class_code[i] = static_cast<std::uint8_t>(code >> 8 * i);
  const auto* driver = drivers::driver_for(device);
  if (!driver) {
    if (device.class_code[2] == kNetworkController) boot.foreign_network = device.identity;
    return;
  }
  device.kind = driver->kind;
  const drivers::Match& wanted = *match(*driver, device);
  if (!map_windows(function, wanted.windows, device)) return;
  function.answer();
  const bool several = wanted.events > 1 && route_by_msix(function, device, wanted.events);
  if (several || route_one_event(function, device)) boot.add(device, function.requester());
}

void find(Boot& boot) {
  if (boot.has_machine && command_line_value(boot.command_line, "pci") != "off") each_pci_function(boot, add);
}

WICK_REGISTERED("finders") constexpr Finder finder = {find, nullptr};

}  // namespace

}  // namespace wick::hv
