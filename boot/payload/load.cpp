// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "payload/load.h"

#include "payload/crc32c.h"
#include "payload/elf.h"
#include "payload/slot_header.h"

namespace wick::boot {
namespace {

alignas(4096) SlotHeader header;
alignas(16) uint8_t sector[kSectorBytes];

/// What a disk's table says of slots.
struct Slots {
  struct {
    uint64_t first, sectors;
  } slots[kSlots];
  unsigned count;
  uint64_t state_at;  ///< 0: there is no record
  uint8_t disk[16];
};
Slots found;

void tell(unsigned slot, const char* what, const char* why) {
  char text[] = "wick: slot A ";
  text[11] += static_cast<char>(slot);
  say(text);
  say(what);
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

/// @param record null: the disk has none
const char* check(uint64_t first, uint64_t sectors, const SlotRecord* record, const uint8_t*& file) {
  if (sectors < kSlotHeaderSectors || !read_sectors(first, kSlotHeaderSectors, &header))
    return "the disk can't be read.";
  if (const char* wrong = wholeness_fault(header, crc32c)) return wrong;
  if (const char* wrong = judge_header(header)) return wrong;
  if (record)
    if (const char* wrong = judge_release(header, record->newest_good)) return wrong;
  if (const char* wrong = sense_fault(header, sectors)) return wrong;
  const uint64_t count = (header.payload_bytes + kSectorBytes - 1) / kSectorBytes;
  uint8_t* room = room_for(count * kSectorBytes, header.memory_end);
  if (!room) return "this machine has too little memory where it belongs.";
  if (!read_sectors(first + kSlotHeaderSectors, count, room)) return "the disk can't be read.";
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

void take(const GptEntry& entry) {
  if (entry.last < entry.first) return;
  const uint64_t sectors = entry.last - entry.first + 1;
  if (__builtin_memcmp(entry.type, kSlotType, sizeof kSlotType) == 0 && found.count < kSlots)
    found.slots[found.count++] = {entry.first, sectors};
  if (__builtin_memcmp(entry.type, kStateType, sizeof kStateType) == 0 && sectors >= kStateSectors)
    found.state_at = entry.first;
}

/// Nobody looks at the checksum of the entries: slots and records have their own. @return whether it names a slot
bool look_for_slots(uint64_t at) {
  GptHeader table;
  found = {};
  if (!read_table(at, table)) return false;
  __builtin_memcpy(found.disk, table.disk, sizeof found.disk);
  constexpr unsigned kOnePart = kSectorBytes / sizeof(GptEntry);
  bool in_use = true;
  for (unsigned i = 0; i < table.entries && i < kGptEntries; ++i) {
    // Each sector costs a call of the firmware: where the last one ended unused, nothing more of ours comes.
    if (i % kOnePart == 0 && ((found.count && !in_use) || !read_sectors(table.entries_at + i / kOnePart, 1, sector)))
      break;
    const GptEntry& entry = reinterpret_cast<const GptEntry*>(sector)[i % kOnePart];
    in_use = entry.first != 0;
    take(entry);
  }
  return found.count != 0;
}

alignas(8) SlotRecord copies[kCopies];

/// @return null: there is none that counts
const SlotRecord* read_record() {
  if (!found.state_at) return nullptr;
  for (unsigned i = 0; i < kCopies; ++i)
    if (!read_sectors(found.state_at + i * kCopySectors, 1, &copies[i])) copies[i].magic = 0;
  const SlotRecord* record = newest(copies);
  if (!record) say("wick: the record of the slots is damaged: the first one that is whole is started.\r\n");
  for (unsigned slot = 0; record && slot < kSlots; ++slot)
    if (record->slots[slot].priority && !may_start(record->slots[slot]))
      tell(slot, "was started three times and never found good.", "");
  return record;
}

/// Writes over the copy that doesn't count: should that go wrong, all is as it was. @return false: it did
bool count(const SlotRecord& record, unsigned slot) {
  if (record.slots[slot].good) return true;
  const unsigned to = next_copy(copies);
  copies[to] = record;
  count_start(copies[to], slot, header.release);
  return seal(copies[to]) && write_sector(found.state_at + to * kCopySectors, &copies[to]);
}

/// @return whether it is to be started
bool try_slot(unsigned slot, const SlotRecord* record, const uint8_t*& file) {
  if (record && !may_start(record->slots[slot])) return false;
  const char* wrong = check(found.slots[slot].first, found.slots[slot].sectors, record, file);
  if (!wrong && record && !count(*record, slot)) wrong = "the disk does not take the count of its starts.";
  if (wrong && *wrong) tell(slot, "can't be started: ", wrong);
  return !wrong;
}

char* put(char* to, const char* text) {
  while (*text) *to++ = *text++;
  return to;
}

char* put(char* to, const uint8_t* bytes, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    *to++ = "0123456789abcdef"[bytes[i] >> 4];
    *to++ = "0123456789abcdef"[bytes[i] & 15];
  }
  return to;
}

}  // namespace

bool find_payload(Payload& payload) {
  if (!look_for_slots(1)) {
    if (const uint64_t last = last_sector()) look_for_slots(last);
  }
  const SlotRecord* record = read_record();
  const unsigned first = record ? preferred(*record) : 0;
  for (unsigned i = 0; i < kSlots; ++i) {
    const unsigned slot = first ^ i;
    const uint8_t* file = nullptr;
    if (slot >= found.count || !try_slot(slot, record, file)) continue;
    payload = {&header, found.state_at ? found.disk : nullptr, slot, file};
    return true;
  }
  say("wick: nothing on this disk can be started.\r\n");
  return false;
}

const char* boot_line(const Payload& payload) {
  if (!payload.chosen_on) return payload.header->arguments;
  static char line[kMaxArgumentBytes];
  char* end = put(line, payload.header->arguments);
  if (end > line + kMaxArgumentBytes - kStartedBytes) return payload.header->arguments;
  end = put(end, kStartedWord);
  *end++ = static_cast<char>('a' + payload.slot);
  *end++ = ':';
  end = put(end, payload.chosen_on, sizeof found.disk);
  if (const uint8_t* key = wanted_key()) {
    *end++ = ':';
    end = put(end, key, kKeyBytes);
  }
  *end = 0;
  return line;
}

}  // namespace wick::boot
