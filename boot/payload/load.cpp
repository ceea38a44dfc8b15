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
  if (header.module_at < sizeof elf || __builtin_memcmp(elf.identity, kElf64, sizeof kElf64) != 0 ||
      elf.machine != kElfX86_64 || elf.segment_bytes != sizeof(ElfSegment) ||
      !inside(elf.segments_at, elf.segments * sizeof(ElfSegment), header.module_at))
    return "its payload is no image for this machine.";
  bool has_entry = false;
  for (unsigned i = 0; i < elf.segments; ++i) {
    const auto& segment = reinterpret_cast<const ElfSegment*>(file + elf.segments_at)[i];
    if (segment.type != kElfLoaded) continue;
    if (segment.file_bytes > segment.memory_bytes || !inside(segment.at, segment.file_bytes, header.module_at) ||
        segment.physical < kFirstMib || !inside(segment.physical, segment.memory_bytes, header.memory_end))
      return "a segment of its payload lies outside of it.";
    has_entry |= elf.entry >= segment.physical && elf.entry - segment.physical < segment.file_bytes;
  }
  return has_entry ? nullptr : "its payload begins at a place where nothing of it lies.";
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
  if (const char* wrong = judge_header(header)) return wrong;
  if (header.payload_bytes > kFirstGib || header.payload_bytes > (sectors - kSlotHeaderSectors) * kSectorBytes ||
      header.module_at > header.payload_bytes || header.payload_bytes - header.module_at > kMaxModuleBytes ||
      header.memory_end < kFirstMib || header.memory_end > kFirstGib || header.arguments[kMaxArgumentBytes - 1] != 0)
    return "its header makes no sense.";
  const uint64_t count = (header.payload_bytes + kSectorBytes - 1) / kSectorBytes;
  uint8_t* room = room_for(count * kSectorBytes, header.memory_end);
  if (!room) return "this machine has too little memory where it belongs.";
  if (!read_sectors(entry.first + kSlotHeaderSectors, count, room)) return "the disk can't be read.";
  if (crc32c(room, header.payload_bytes) != header.payload_checksum) return "its payload does not have its checksum.";
  if (const char* wrong = judge_payload(header, room)) return wrong;
  file = room;
  return look_at(room);
}

/// As §5.3.2 of UEFI 2.10 has it, bit by bit: a table of remainders would be longer than what is summed.
uint32_t crc32(const void* from, unsigned count) {
  uint32_t crc = 0xffffffff;
  for (unsigned i = 0; i < count; ++i) {
    crc ^= static_cast<const uint8_t*>(from)[i];
    for (unsigned bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

bool read_table(uint64_t at, GptHeader& table) {
  if (!read_sectors(at, 1, sector)) return false;
  __builtin_memcpy(&table, sector, sizeof table);
  const uint32_t said = table.checksum;
  table.checksum = 0;
  return table.signature == kGptSignature && table.header_bytes == sizeof table && table.own == at &&
         table.entry_bytes == sizeof(GptEntry) && crc32(&table, sizeof table) == said;
}

enum class Found { payload, damage, nothing };

/// Tries the slots in the order of the table at `at`. Nobody looks at the checksum of the entries: a slot has its own.
Found try_table(uint64_t at, Payload& payload) {
  GptHeader table;
  if (!read_table(at, table)) return Found::nothing;
  Found found = Found::nothing;
  char name = 'A';
  constexpr unsigned kOnePart = kSectorBytes / sizeof(GptEntry);
  for (unsigned i = 0; i < table.entries && i < kGptEntries; ++i) {
    if (i % kOnePart == 0 && !read_sectors(table.entries_at + i / kOnePart, 1, sector)) return found;
    const auto& entry = reinterpret_cast<const GptEntry*>(sector)[i % kOnePart];
    if (!is_slot(entry)) continue;
    const uint8_t* file = nullptr;
    const char* wrong = check(entry, file);
    if (!wrong) {
      payload = {&header, file};
      return Found::payload;
    }
    if (*wrong) {
      refuse(name, wrong);
      found = Found::damage;
    }
    ++name;
  }
  return found;
}

}  // namespace

bool find_payload(Payload& payload) {
  Found found = try_table(1, payload);
  if (found == Found::nothing) {
    if (const uint64_t last = last_sector()) found = try_table(last, payload);
  }
  if (found == Found::payload) return true;
  say("wick: nothing on this disk can be started.\r\n");
  return false;
}

}  // namespace wick::boot
