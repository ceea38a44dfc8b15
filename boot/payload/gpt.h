// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The GUID partition table (UEFI 2.10, §5.3) as it lies on a disk, for its writer and for both boot stages. Includes
// nothing that a program without a C library hasn't.

#include <stddef.h>
#include <stdint.h>

namespace wick::boot {

inline constexpr unsigned kSectorBytes = 512;

/// §5.3.2; at sector 1 and in the disk's last one.
struct [[gnu::packed]] GptHeader {
  uint64_t signature;
  uint32_t revision, header_bytes, checksum, reserved;
  uint64_t own, other, first_usable, last_usable;
  uint8_t disk[16];
  uint64_t entries_at;
  uint32_t entries, entry_bytes, entries_checksum;
};
static_assert(sizeof(GptHeader) == 92 && offsetof(GptHeader, disk) == 56);

/// §5.3.3
struct GptEntry {
  uint8_t type[16], unique[16];
  uint64_t first, last, attributes;
  char16_t name[36];
};
static_assert(sizeof(GptEntry) == 128 && offsetof(GptEntry, name) == 56);

inline constexpr uint64_t kGptSignature = 0x5452415020494645;  // "EFI PART"
inline constexpr uint32_t kGptRevision = 0x10000;
inline constexpr unsigned kGptEntries = 128, kGptEntrySectors = kGptEntries * sizeof(GptEntry) / kSectorBytes;

/// Type of a volume's partition: 7769636b-766f-6c75-8001-000000000001, as its bytes lie on the disk.
inline constexpr uint8_t kVolumeType[16] = {0x6b, 0x63, 0x69, 0x77, 0x6f, 0x76, 0x75, 0x6c,
                                            0x80, 0x01, 0,    0,    0,    0,    0,    1};

}  // namespace wick::boot
