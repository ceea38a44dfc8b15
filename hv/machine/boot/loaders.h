// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The boot protocols that hv understands, and what they left brought into safety.

#include "base/boot.h"

namespace wick::hv {

/// A region of a memory map, as firmware's (ACPI 6.5, §15) goes on in both protocols.
struct MapEntry {
  std::uint64_t start, length;
  std::uint32_t type, reserved;
};
static_assert(sizeof(MapEntry) == 24);

inline void add_ram(Boot& boot, const MapEntry& entry) {
  constexpr std::uint32_t kRam = 1;
  if (entry.type == kRam) boot.add_memory({Gpa{entry.start}, entry.length});
}

/// Reads what the loader left. @param information EBX at entry
/// @return bad_argument when the protocol's signature is not there, or what follows makes no sense
Status read_pvh(Gpa information, Boot& boot);
Status read_multiboot2(Gpa information, Boot& boot);

/// Copies command line and configuration block into hv's own memory.
/// @return no_memory when one is larger than hv keeps room for (2 KiB and 8 KiB)
Status keep_loader_data(Boot& boot);

}  // namespace wick::hv
