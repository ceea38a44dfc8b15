// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// From a PCI function's interrupt to bits of the event page: messages where the function can send them, else its line.

#include "abi/device.h"
#include "devices/pci/pci.h"

namespace wick::hv {

/// Gives the device up to `most` events of its own, one a message, by MSI-X.
/// @return false, with nothing changed, when the function has no MSI-X
bool route_by_msix(const PciFunction& function, DeviceEntry& device, unsigned most);

/// Gives the device one event, by the best of MSI, MSI-X and the interrupt line.
/// @return false when the function has none of these
bool route_one_event(const PciFunction& function, DeviceEntry& device);

}  // namespace wick::hv
