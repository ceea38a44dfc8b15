// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See slot_state.h. What lies on a disk may be anything: no number of a record is used before all of it is looked at.

#include "payload/slot_state.h"

#include "payload/crc32c.h"

namespace wick::boot {
namespace {

uint32_t checksum_of(const SlotRecord& record) {
  return crc32c_by_table(reinterpret_cast<const uint8_t*>(&record), offsetof(SlotRecord, checksum));
}

bool makes_sense(const SlotState& slot) { return slot.good <= 1 && slot.trials <= kTrials; }

/// The last number of all has no next one, so nobody has written it.
bool is_whole(const SlotRecord& record) {
  return record.magic == kStateMagic && record.version == kStateVersion && record.checksum == checksum_of(record) &&
         record.sequence != ~uint64_t{0} && makes_sense(record.slots[0]) && makes_sense(record.slots[1]);
}

unsigned highest(const SlotRecord& record, bool (*fits)(const SlotState&)) {
  const SlotState &a = record.slots[0], &b = record.slots[1];
  return fits(b) && (!fits(a) || b.priority > a.priority);
}

bool is_good(const SlotState& slot) { return slot.priority && slot.good; }

}  // namespace

SlotRecord first_record(unsigned slot, uint64_t release) {
  SlotRecord record = {};
  record.magic = kStateMagic;
  record.version = kStateVersion;
  record.newest_good = release;
  record.slots[slot] = {.priority = 1, .trials = 0, .good = 1, .reserved = {}, .release = release};
  (void)seal(record);
  return record;
}

const SlotRecord* newest(const SlotRecord (&copies)[kCopies]) {
  const bool first = is_whole(copies[0]), second = is_whole(copies[1]);
  if (first && second) return &copies[copies[1].sequence > copies[0].sequence];
  return first ? &copies[0] : second ? &copies[1] : nullptr;
}

unsigned next_copy(const SlotRecord (&copies)[kCopies]) { return newest(copies) == &copies[0]; }

bool seal(SlotRecord& record) {
  ++record.sequence;
  record.checksum = checksum_of(record);
  return is_whole(record);
}

bool may_start(const SlotState& slot) { return slot.priority && (slot.good || slot.trials); }

unsigned preferred(const SlotRecord& record) { return highest(record, may_start); }

unsigned idle(const SlotRecord& record) { return !highest(record, is_good); }

void count_start(SlotRecord& record, unsigned slot, uint64_t release) {
  if (record.slots[slot].trials) --record.slots[slot].trials;
  record.slots[slot].release = release;
}

void clear(SlotRecord& record, unsigned slot) { record.slots[slot] = {}; }

void offer(SlotRecord& record, unsigned slot, uint64_t release) {
  record.slots[!slot].priority = record.slots[!slot].priority != 0;
  record.slots[slot] = {.priority = 2, .trials = kTrials, .good = 0, .reserved = {}, .release = release};
}

bool mark_good(SlotRecord& record, unsigned slot) {
  SlotState &its = record.slots[slot], &other = record.slots[!slot];
  const bool was_known = its.good && record.newest_good >= its.release;
  its.good = 1;
  its.trials = 0;
  if (its.release > record.newest_good) record.newest_good = its.release;
  if (highest(record, is_good) == slot) return !was_known;
  // The other one comes first and doesn't run, so it can't be started: it is the one to be written over.
  its.priority = 2;
  other.priority = 1;
  return true;
}

}  // namespace wick::boot
