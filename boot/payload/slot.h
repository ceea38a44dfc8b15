// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How an appliance lies on a disk: a partition, the slot, begins with this header, and the ELF file follows it. `wick
// pack` writes it, both boot stages check it. Includes nothing that a program without a C library hasn't.

#include <stddef.h>
#include <stdint.h>

namespace wick::boot {

inline constexpr unsigned kSectorBytes = 512;
inline constexpr uint64_t kSlotMagic = 0x544f4c534b434957;  // "WICKSLOT"
inline constexpr uint32_t kSlotVersion = 1;
inline constexpr unsigned kMaxArgumentBytes = 2048;  ///< of the boot line, its NUL among them: what hv keeps

/// The head of a slot; the payload begins behind it.
struct SlotHeader {
  uint64_t magic;
  uint32_t version;
  uint32_t payload_checksum;  ///< CRC-32C (RFC 3720, B.4) of the ELF file
  uint64_t payload_bytes;
  uint64_t memory_end;  ///< physical address behind all that the segments take
  uint8_t reserved[476];
  uint32_t checksum;  ///< CRC-32C of this whole header with 0 here
  char arguments[kMaxArgumentBytes];
  uint8_t more[1536];
};
static_assert(sizeof(SlotHeader) == 4096 && offsetof(SlotHeader, arguments) == 512);

inline constexpr unsigned kSlotHeaderSectors = sizeof(SlotHeader) / kSectorBytes;

/// Header of a GUID partition table (UEFI 2.10, §5.3.2), at sector 1 and in the last one.
struct [[gnu::packed]] GptHeader {
  uint64_t signature;
  uint32_t revision, header_bytes, checksum, reserved;
  uint64_t own, other, first_usable, last_usable;
  uint8_t disk[16];
  uint64_t entries_at;
  uint32_t entries, entry_bytes, entries_checksum;
};
static_assert(sizeof(GptHeader) == 92);

struct GptEntry {
  uint8_t type[16], unique[16];
  uint64_t first, last, attributes;
  char16_t name[36];
};
static_assert(sizeof(GptEntry) == 128);

inline constexpr uint64_t kGptSignature = 0x5452415020494645;  // "EFI PART"
inline constexpr unsigned kGptEntries = 128, kGptEntrySectors = kGptEntries * sizeof(GptEntry) / kSectorBytes;

/// Type of a slot's partition: 7769636b-736c-6f74-8001-000000000001, as its bytes lie on the disk.
inline constexpr uint8_t kSlotType[16] = {0x6b, 0x63, 0x69, 0x77, 0x6c, 0x73, 0x74, 0x6f, 0x80, 0x01, 0, 0, 0, 0, 0, 1};

}  // namespace wick::boot
