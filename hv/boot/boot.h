// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What hv learns while it boots, whatever the loader was. Filled by the boot protocol, then by the platform and the
// buses; written out as BootInfo at the end and not needed afterwards.

#include <string_view>

#include "abi/bootinfo.h"

namespace wick::hv {

struct MemoryRange {
  Gpa start;
  std::uint64_t length;
};

/// Cuts `length` bytes off the front. @return length 0 when there is less
constexpr MemoryRange take_front(MemoryRange& from, std::uint64_t length) {
  if (from.length < length) return {from.start, 0};
  const MemoryRange taken{from.start, length};
  from = {from.start + length, from.length - length};
  return taken;
}

/// A list with room for a fixed number; what doesn't fit is dropped and remembered.
template <typename T, unsigned N>
struct FixedList {
  static constexpr unsigned kCapacity = N;
  T items[N];
  unsigned count = 0;
  bool overflowed = false;

  void add(const T& item) {
    if (count < N)
      items[count++] = item;
    else
      overflowed = true;
  }
  const T* begin() const { return items; }
  const T* end() const { return items + count; }
};

/// Bus, device and function, as requests carry them.
using PciRequesters = FixedList<std::uint16_t, 32>;

struct Boot {
  FixedList<MemoryRange, 64> memory;  ///< usable RAM
  std::string_view command_line;
  MemoryRange module{};          ///< first boot module: the configuration block
  Gpa rsdp{};                    ///< ACPI root pointer, 0 when the loader gave none
  bool initial_domain = false;   ///< started as Xen's dom0
  std::uint32_t interfaces = 0;  ///< bits of Interface
  std::uint64_t tsc_hz = 0;
  FixedList<DeviceEntry, 16> devices;
  PciRequesters functions;  ///< where the device at the same place of `devices` is on PCI; 0: elsewhere
  PciRequesters masters;    ///< of those of them that somebody drives, who then reach memory by themselves

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

/// Reads what the loader left. @param magic EAX at entry  @param information EBX at entry
/// @return bad_argument when neither protocol's signature is there
Status read_pvh(Gpa information, Boot& boot);
Status read_multiboot2(Gpa information, Boot& boot);

/// Copies command line and configuration block into hv's own memory.
/// @return no_memory when one is larger than hv keeps room for (2 KiB and 8 KiB)
Status keep_loader_data(Boot& boot);

/// Looks up `key=` among the space-separated words of the command line. @return its value, empty when absent
std::string_view command_line_value(std::string_view command_line, std::string_view key);

/// What BootInfo says of the wall and of what it gives to the guest.
struct Given {
  Wall wall;
  Gpa event_page;
  MemoryRange dma, heap;
  const RestartEntry* restart;  ///< nullptr: this wall doesn't restart a guest
};

/// Writes BootInfo into hv's page for it; again, with a new seed, for each start of the guest.
/// @return no_memory when the entries don't fit
Status write_boot_info(const Boot& boot, const Given& given);
const BootInfo* boot_info();

}  // namespace wick::hv
