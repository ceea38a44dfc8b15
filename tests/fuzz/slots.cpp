// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A disk with two slots that says anything of them, to the code of the boot stages and of who writes a slot: tables,
// records and headers with checksums that are right as often as not. Held: no crash, nothing is written but the record,
// and of an update nothing but the idle slot; what starts is whole; a record that counts is followed by one that does.

#include "../unit/boot_slots.h"
#include "script.h"

using namespace wick::boot_disk;
using wick::test::require;
using wick::test::Script;

namespace {

struct Range {
  std::size_t first = 0, end = 0;  ///< bytes of the disk
};

constexpr Range kState{kStateAt * kSectorBytes, (kStateAt + kStateSectors) * kSectorBytes};

/// @param changed ascending, and apart  @return whether the disk is as it was elsewhere
bool same_but(const std::vector<std::uint8_t>& before, std::initializer_list<Range> changed) {
  std::size_t at = 0;
  const auto same_until = [&](std::size_t end) { return std::memcmp(&disk[at], &before[at], end - at) == 0; };
  for (const Range& range : changed) {
    if (!same_until(range.first)) return false;
    at = range.end;
  }
  return same_until(disk.size());
}

/// A few bytes of a structure as the script has it, and perhaps a checksum that fits.
template <typename T>
void alter(Script& script, T& object, std::uint32_t (*sum)(const T&)) {
  for (unsigned left = script.byte() % 6; left; --left) {
    const std::size_t at = script.word() % sizeof object;
    reinterpret_cast<std::uint8_t*>(&object)[at] = script.byte();
  }
  if (script.byte() % 4 == 0) return;
  object.checksum = 0;
  object.checksum = sum(object);
}

std::uint32_t sum_of_record(const SlotRecord& record) {
  return wick::crc32c({reinterpret_cast<const char*>(&record), offsetof(SlotRecord, checksum)});
}
std::uint32_t sum_of_header(const SlotHeader& header) {
  return wick::crc32c({reinterpret_cast<const char*>(&header), sizeof header});
}

SlotRecord next_record(Script& script) {
  SlotRecord record = first_record(script.byte() % 2, script.byte());
  if (script.byte() % 2) offer(record, script.byte() % 2, script.byte());
  record.sequence = script.byte() % 8 ? script.byte() : ~0ull - script.byte() % 3;
  (void)seal(record);
  alter(script, record, sum_of_record);
  return record;
}

void alter_headers(Script& script) {
  for (const std::uint64_t first : {kSlotAt, kSecondAt}) {
    SlotHeader header;
    std::memcpy(&header, &disk[first * kSectorBytes], sizeof header);
    if (script.byte() % 4 == 0) alter(script, header, sum_of_header);
    std::memcpy(&disk[first * kSectorBytes], &header, sizeof header);
  }
}

void start_once() {
  const auto before = disk;
  SlotRecord copies[kCopies];
  Medium medium;
  const bool counted = read_record(medium, copies);
  const std::string line = start();
  require(same_but(before, {kState}));
  require(!counted || read_record(medium, copies));
}

void update_once(Script& script) {
  Medium medium;
  SlotRecord copies[kCopies];
  const SlotRecord* record = read_record(medium, copies);
  const unsigned target = record ? idle(*record) : kSlots;
  const auto before = disk;
  auto bytes = image("new");
  for (unsigned left = script.byte() % 4; left; --left) bytes[script.word() % bytes.size()] = script.byte();
  if (script.byte() % 8 == 0) bytes.resize(script.word() % (2 * bytes.size()));
  const std::string wrong = update(medium, bytes, script.byte() % 4, nullptr, script.word() % 5000 + 1);
  const std::size_t first = (target == 1 ? kSecondAt : kSlotAt) * kSectorBytes;
  const Range slot{first, first + kSlotSectors * kSectorBytes};
  require(target < kSlots ? same_but(before, {slot, kState}) : same_but(before, {kState}));
  if (wrong.empty()) require(start() == "new" || bytes != image("new"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  make_slots("old", script.byte() % 2 ? "older" : nullptr, next_record(script));
  if (script.byte() % 2) {
    const SlotRecord second = next_record(script);
    std::memcpy(&disk[(kStateAt + kCopySectors) * kSectorBytes], &second, sizeof second);
  }
  alter_headers(script);
  for (unsigned left = 4; left && !script.ended(); --left) script.byte() % 3 ? start_once() : update_once(script);
  // A table whose entries name any places.
  for (unsigned left = script.byte() % 8; left; --left) disk[2 * kSectorBytes + script.word() % 512] = script.byte();
  read_only = true;
  (void)start();
  return 0;
}
