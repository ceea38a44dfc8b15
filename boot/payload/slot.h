// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How an appliance lies on a disk: a partition, the slot, begins with this header; the payload, an ELF file and what
// the configuration block may add, follows it. `wick pack` writes it, both boot stages check it. Includes nothing that
// a program without a C library hasn't.

#include <stddef.h>
#include <stdint.h>

#include "payload/gpt.h"

namespace wick::boot {

inline constexpr uint64_t kSlotMagic = 0x544f4c534b434957;  // "WICKSLOT"
inline constexpr uint32_t kSlotVersion = 1;
inline constexpr unsigned kMaxArgumentBytes = 2048;  ///< of the boot line, its NUL among them: what hv keeps
inline constexpr unsigned kMaxModuleBytes = 8192;    ///< likewise

inline constexpr uint64_t kFirstMib = 1 << 20, kFirstGib = 1 << 30;  ///< the stages put a payload between them

/// The head of a slot; the payload begins behind it.
struct SlotHeader {
  uint64_t magic;
  uint32_t version;
  uint32_t payload_checksum;  ///< CRC-32C (RFC 3720, B.4) of all its bytes
  uint64_t payload_bytes;
  uint64_t module_at;   ///< of the configuration block within the payload; payload_bytes: there is none
  uint64_t memory_end;  ///< physical address behind all that the segments take
  uint8_t reserved[468];
  uint32_t checksum;  ///< CRC-32C of this whole header with 0 here
  char arguments[kMaxArgumentBytes];
  uint8_t more[1536];
};
static_assert(sizeof(SlotHeader) == 4096 && offsetof(SlotHeader, arguments) == 512);

inline constexpr unsigned kSlotHeaderSectors = sizeof(SlotHeader) / kSectorBytes;

/// Type of a slot's partition: 7769636b-736c-6f74-8001-000000000001, as its bytes lie on the disk.
inline constexpr uint8_t kSlotType[16] = {0x6b, 0x63, 0x69, 0x77, 0x6c, 0x73, 0x74, 0x6f, 0x80, 0x01, 0, 0, 0, 0, 0, 1};

}  // namespace wick::boot
