// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The boot protocols that hv understands, and what they left brought into safety.

#include "base/boot.h"
#include "class/registered.h"

namespace wick::hv {

/// A region of a memory map, as firmware's (ACPI 6.5, §15) goes on in all protocols.
struct MapEntry {
  std::uint64_t start, length;
  std::uint32_t type, reserved;
};
static_assert(sizeof(MapEntry) == 24);

/// What the loader left at a physical address.
template <typename T>
const T* at(std::uint64_t address) {
  return reinterpret_cast<const T*>(address);
}

/// Memory that is said to go on behind the last address is none.
inline void add_ram(Boot& boot, const MapEntry& entry) {
  constexpr std::uint32_t kRam = 1;
  if (entry.type == kRam && entry.start + entry.length > entry.start) boot.add_memory({Gpa{entry.start}, entry.length});
}

struct Loader {
  Interface protocol;
  /// Reads what the loader left. @param magic, information the two words that a processor has at entry
  /// @return bad_argument when the protocol's signature is not there, or what follows makes no sense
  Status (*read)(std::uint32_t magic, Gpa information, Boot& boot);
};
static_assert(drivers::kIsEntry<Loader>);

/// Copies command line and configuration block into hv's own memory.
/// @return no_memory when one is larger than hv keeps room for (2 KiB and 8 KiB)
Status keep_loader_data(Boot& boot);

/// All that are linked, in the order in which they are asked: `WICK_REGISTERED("loaders.1") constexpr Loader`.
extern "C" const Loader hv_loaders_start[], hv_loaders_end[];

}  // namespace wick::hv
