// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds the PCI functions that hv's physical drivers know: register window mapped, one event routed.

#include "arch/paging.h"
#include "devices/devices.h"
#include "devices/pci_interrupts.h"

namespace wick::hv {
namespace {

struct Model {
  std::uint16_t vendor, device;
  DeviceKind kind;
};
constexpr Model kModels[] = {
    {0x8086, 0x100e, DeviceKind::network},  // Intel 82540EM
    {0x8086, 0x10d3, DeviceKind::network},  // Intel 82574L
};
constexpr std::uint32_t kNvmeClass = 0x010802;  // mass storage, non-volatile memory, NVM Express

DeviceKind kind_of(const PciFunction& function) {
  if (function.class_code() == kNvmeClass) return DeviceKind::block;
  for (const auto& model : kModels)
    if (function.read16(0) == model.vendor && function.read16(2) == model.device) return model.kind;
  return DeviceKind::none;
}

void add(const PciFunction& function, Boot& boot) {
  DeviceEntry device{};
  device.bus = Bus::pci;
  device.kind = kind_of(function);
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
