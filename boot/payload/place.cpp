// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Puts the payload where it wants to be. For a stage that stands below 1 MiB, where no segment reaches it; UEFI's has
// to copy from a place of its own.

#include "payload/elf.h"
#include "payload/load.h"

namespace wick::boot {

uint64_t place(const Payload& payload) {
  const auto& elf = *reinterpret_cast<const ElfHeader*>(payload.file);
  for (unsigned i = 0; i < elf.segments; ++i) {
    const auto& segment = reinterpret_cast<const ElfSegment*>(payload.file + elf.segments_at)[i];
    if (segment.type != kElfLoaded) continue;
    auto* to = reinterpret_cast<uint8_t*>(segment.physical);
    __builtin_memcpy(to, payload.file + segment.at, segment.file_bytes);
    __builtin_memset(to + segment.file_bytes, 0, segment.memory_bytes - segment.file_bytes);
  }
  return elf.entry;
}

}  // namespace wick::boot
