// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "devices/iommu/requesters.h"

#include "devices/pci/pci.h"

namespace wick::hv {
namespace {

constexpr std::uint8_t kExpressCapability = 0x10;
constexpr unsigned kLastBusInBridge = 0x1a;
/// PCI Express Base Specification 4.0, §7.5.3.2: a bridge to conventional PCI. Ports of PCI Express pass names on.
constexpr unsigned kExpressToPci = 7;

bool takes_names_away(const PciFunction& bridge) {
  bool conventional = true;
  bridge.each_capability(kExpressCapability, [&](unsigned at) {
    conventional = (bridge.read16(at + 2) >> 4 & 15) == kExpressToPci;
    return true;
  });
  return conventional;
}

/// PCI Express to PCI/PCI-X Bridge Specification 1.0, §2.3: requests carry the number of the bus behind the bridge
/// and device 0; some bridges give their own.
void add(const PciFunction& function, Boot& boot) {
  const unsigned first = function.bus_behind();
  if (!first || !takes_names_away(function)) return;
  const unsigned last = function.read8(kLastBusInBridge);
  for (const auto master : boot.masters) {
    if (master >> 8 < first || master >> 8 > last) continue;
    boot.masters.add(static_cast<std::uint16_t>(first << 8));
    boot.masters.add(function.requester());
    return;
  }
}

}  // namespace

void add_bridges(Boot& boot) { each_pci_function(boot, add); }

}  // namespace wick::hv
