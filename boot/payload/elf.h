// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The two tables of an ELF file that say what goes where (System V ABI, "Object Files"): the system's <elf.h> is not
// there for a compiler whose target is UEFI. uefi/hand_over.S has the offsets, too.

#include <stddef.h>
#include <stdint.h>

namespace wick::boot {

struct ElfHeader {
  uint8_t identity[16];
  uint16_t type, machine;
  uint32_t version;
  uint64_t entry, segments_at, sections_at;
  uint32_t flags;
  uint16_t header_bytes, segment_bytes, segments, section_bytes, sections, names;
};
static_assert(sizeof(ElfHeader) == 64 && offsetof(ElfHeader, entry) == 24 && offsetof(ElfHeader, segments) == 56);

struct ElfSegment {
  uint32_t type, flags;
  uint64_t at, address, physical, file_bytes, memory_bytes, alignment;
};
static_assert(sizeof(ElfSegment) == 56 && offsetof(ElfSegment, physical) == 24);

inline constexpr uint8_t kElf64[6] = {0x7f, 'E', 'L', 'F', 2, 1};  // 64-bit, little endian
inline constexpr uint16_t kElfX86_64 = 62;
inline constexpr uint32_t kElfLoaded = 1;  // PT_LOAD

}  // namespace wick::boot
