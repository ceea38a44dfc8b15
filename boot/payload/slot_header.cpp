// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "payload/slot_header.h"

namespace wick::boot {

const char* wholeness_fault(SlotHeader& header, Sum crc32c) {
  if (header.magic != kSlotMagic) return "";
  if (header.version != kSlotVersion) return "its header is of a version that this loader does not know.";
  const uint32_t said = header.checksum;
  header.checksum = 0;
  return crc32c(&header, sizeof header) == said ? nullptr : "its header does not have its checksum.";
}

const char* sense_fault(const SlotHeader& header, uint64_t sectors) {
  const bool fits = sectors >= kSlotHeaderSectors && header.payload_bytes <= kFirstGib &&
                    header.payload_bytes <= (sectors - kSlotHeaderSectors) * kSectorBytes &&
                    header.module_at <= header.payload_bytes &&
                    header.payload_bytes - header.module_at <= kMaxModuleBytes && header.memory_end >= kFirstMib &&
                    header.memory_end <= kFirstGib && header.arguments[kMaxArgumentBytes - 1] == 0;
  return fits ? nullptr : "its header makes no sense.";
}

}  // namespace wick::boot
