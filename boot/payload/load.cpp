// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "payload/load.h"

#include "payload/crc32c.h"
#include "payload/elf.h"

namespace wick::boot {
namespace {

alignas(4096) SlotHeader header;
alignas(16) uint8_t sector[kSectorBytes];

bool is_slot(const GptEntry& entry) {
  return __builtin_memcmp(entry.type, kSlotType, sizeof kSlotType) == 0 && entry.last >= entry.first;
}

void refuse(char slot, const char* why) {
  char text[] = "wick: slot ? can't be started: ";
  text[11] = slot;
  say(text);
  say(why);
  say("\r\n");
}

bool inside(uint64_t start, uint64_t length, uint64_t end) { return start <= end && length <= end - start; }

/// The file's own table of segments. @return what is wrong; null: nothing
const char* look_at(const uint8_t* file) {
  const auto& elf = *reinterpret_cast<const ElfHeader*>(file);
  if (header.payload_bytes < sizeof elf || __builtin_memcmp(elf.identity, kElf64, sizeof kElf64) != 0 ||
      elf.machine != kElfX86_64 || elf.segment_bytes != sizeof(ElfSegment) ||
      !inside(elf.segments_at, elf.segments * sizeof(ElfSegment), header.payload_bytes) ||
      elf.entry >= header.memory_end)
    return "its payload is no image for this machine.";
  for (unsigned i = 0; i < elf.segments; ++i) {
    const auto& segment = reinterpret_cast<const ElfSegment*>(file + elf.segments_at)[i];
    if (segment.type != kElfLoaded) continue;
    if (segment.file_bytes > segment.memory_bytes || !inside(segment.at, segment.file_bytes, header.payload_bytes) ||
        segment.physical < 1 << 20 || !inside(segment.physical, segment.memory_bytes, header.memory_end))
      return "a segment of its payload lies outside of it.";
  }
  return nullptr;
}

const char* check(const GptEntry& entry, const uint8_t*& file) {
  const uint64_t sectors = entry.last - entry.first + 1;
  if (sectors < kSlotHeaderSectors || !read_sectors(entry.first, kSlotHeaderSectors, &header))
    return "the disk can't be read.";
  if (header.magic != kSlotMagic) return "";  // an empty slot
  if (header.version != kSlotVersion) return "its header is of a version that this loader does not know.";
  const uint32_t said = header.checksum;
  header.checksum = 0;
  if (crc32c(&header, sizeof header) != said) return "its header does not have its checksum.";
  if (header.payload_bytes > (sectors - kSlotHeaderSectors) * kSectorBytes || header.memory_end > 1 << 30 ||
      header.arguments[kMaxArgumentBytes - 1] != 0)
    return "its header makes no sense.";
  const uint64_t count = (header.payload_bytes + kSectorBytes - 1) / kSectorBytes;
  uint8_t* room = room_for(count * kSectorBytes, header.memory_end);
  if (!room) return "this machine has too little memory where it belongs.";
  if (!read_sectors(entry.first + kSlotHeaderSectors, count, room)) return "the disk can't be read.";
  if (crc32c(room, header.payload_bytes) != header.payload_checksum) return "its payload does not have its checksum.";
  file = room;
  return look_at(room);
}

/// Tries the slots that the table at `at` names. @return whether that is a table
bool try_table(uint64_t at, Payload& payload, bool& found) {
  if (!read_sectors(at, 1, sector)) return false;
  GptHeader table;
  __builtin_memcpy(&table, sector, sizeof table);
  if (table.signature != kGptSignature || table.entry_bytes != sizeof(GptEntry)) return false;
  char name = 'A';
  constexpr unsigned kOnePart = kSectorBytes / sizeof(GptEntry);
  for (unsigned i = 0; i < table.entries && i < kGptEntries; ++i) {
    if (i % kOnePart == 0 && !read_sectors(table.entries_at + i / kOnePart, 1, sector)) return false;
    const auto& entry = reinterpret_cast<const GptEntry*>(sector)[i % kOnePart];
    if (!is_slot(entry)) continue;
    const uint8_t* file = nullptr;
    const char* wrong = check(entry, file);
    if (!wrong) {
      payload = {&header, file};
      found = true;
      return true;
    }
    if (*wrong) refuse(name, wrong);
    ++name;
  }
  return true;
}

}  // namespace

bool find_payload(Payload& payload) {
  bool found = false;
  if (!try_table(1, payload, found)) {
    say("wick: the disk's partition table can't be read.\r\n");
    return false;
  }
  if (!found) say("wick: no slot of this disk can be started.\r\n");
  return found;
}

}  // namespace wick::boot
