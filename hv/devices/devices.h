// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Finding devices and routing their interrupts to events; driving them is the drivers' business.

#include "base/boot.h"
#include "devices/pci.h"

namespace wick::hv {

/// Adds the virtio-mmio devices that the command line names.
void find_virtio_mmio(Boot& boot);

/// Adds PCI's modern virtio functions, and those that linked drivers are for.
void find_pci_devices(Boot& boot);

/// Adds the function if it is a modern virtio one that works, with MSI-X set up. @return whether it is virtio at all
bool add_virtio_pci(const PciFunction& function, std::uint32_t identity, Boot& boot);

}  // namespace wick::hv
