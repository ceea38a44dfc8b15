// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Finding devices and routing their interrupts to events; driving them is the drivers' business.

#include "base/boot.h"

namespace wick::hv {

/// Adds the virtio-mmio devices that the command line names.
void find_virtio_mmio(Boot& boot);

/// Adds PCI's modern virtio functions, with MSI-X set up.
void find_virtio_pci(Boot& boot);

/// Adds the PCI functions that hv itself has drivers for. For walls behind which hv drives devices.
void find_pci_functions(Boot& boot);

}  // namespace wick::hv
