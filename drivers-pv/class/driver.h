// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a driver makes itself known. An image contains the drivers that its manifest names, and nothing else knows their
// names: each puts one Driver into the section below, and whoever brings devices up walks that section.

#include "class/access.h"
#include "class/block.h"
#include "class/console.h"
#include "class/entropy.h"
#include "class/network.h"

namespace wick::drivers {

/// The device that a probe made, as the class that it has.
struct Instance {
  Network* network = nullptr;
  Block* block = nullptr;
  Console* console = nullptr;
  Entropy* entropy = nullptr;
  const char* trouble = nullptr;  ///< one sentence for the log when the probe failed
};

struct Driver {
  const char* name;  ///< as in the manifest: "virtio-net"
  DeviceKind kind;
  /// @return the status, and on ok the one class filled in. A driver has room for a few devices, no heap.
  Status (*probe)(const Access& access, Instance& instance);
  /// Whether it is for this function of Bus::pci, told from `identity` and `class_code` alone; nullptr: for none.
  bool (*takes)(const DeviceEntry& device) = nullptr;
};

/// Section of `const Driver` objects: `[[gnu::section(".wick.drivers"), gnu::used]]`. The linker script gives its
/// bounds as `wick_drivers_start` and `wick_drivers_end`.
inline constexpr char kDriverSection[] = ".wick.drivers";

}  // namespace wick::drivers

extern "C" const wick::drivers::Driver wick_drivers_start[], wick_drivers_end[];
