// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What hv learns while it boots, whatever the loader was. Filled by the boot protocol, then by the platform and the
// buses; written out as BootInfo at the end and not needed afterwards.

#include <string_view>

#include "abi/bootinfo.h"
#include "base/fixed_list.h"
#include "base/memory.h"

namespace wick::hv {

/// Bus, device and function, as requests carry them.
using PciRequesters = FixedList<std::uint16_t, 32>;

/// More RAM than one region has.
using MoreMemory = FixedList<MemoryRange, 6>;

struct Boot {
  FixedList<MemoryRange, 64> memory;  ///< usable RAM
  MoreMemory more_memory;             ///< for the guest, above its first region: ascending, in whole 2 MiB pages
  std::string_view command_line;
  MemoryRange module{};          ///< first boot module: the configuration block
  Gpa rsdp{};                    ///< ACPI root pointer, 0 when the loader gave none
  bool initial_domain = false;   ///< started as Xen's dom0
  bool has_machine = false;      ///< its buses, and its IOMMU, are hv's: no hypervisor keeps them to itself
  std::uint32_t interfaces = 0;  ///< bits of Interface
  std::uint64_t tsc_hz = 0;
  FixedList<DeviceEntry, 16> devices;
  PciRequesters functions;            ///< where the device at the same place of `devices` is on PCI; 0: elsewhere
  std::uint32_t foreign_network = 0;  ///< identity of a network function of PCI that no driver is for
  PciRequesters masters;              ///< of those of them that somebody drives, who then reach memory by themselves

  void add(const DeviceEntry& device, std::uint16_t function = 0) {
    devices.add(device);
    functions.add(function);
  }

  /// Adds usable RAM. Neighbours become one region: firmware may list the same memory in a hundred pieces.
  void add_memory(MemoryRange range) {
    if (memory.count) {
      auto& last = memory.items[memory.count - 1];
      if (last.start + last.length == range.start) {
        last.length += range.length;
        return;
      }
    }
    memory.add(range);
  }

  void use(Interface interface) { interfaces |= static_cast<std::uint32_t>(interface); }
};

}  // namespace wick::hv
