// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See space.h: where bitmaps and tables are, and how a change moves them to their other slot.

#include <algorithm>
#include <cstring>

#include "wickfs/bits.h"
#include "wickfs/crc32c.h"
#include "wickfs/space.h"

namespace wick::wickfs {

namespace {

/// The slot that the last commit doesn't have.
constexpr Slot other(Slot committed) { return committed == Slot::first ? Slot::second : Slot::first; }

bool plausible(Slot slot) { return slot <= Slot::second; }

}  // namespace

std::uint64_t Space::reserved(std::uint64_t group) {
  return (group == 0 ? kHeadBlocks : 0) + 2 + (group % kGroupsPerTable == 0 ? 2 : 0);
}

/// What a last group has less than room for its own blocks is no group.
std::uint64_t Space::groups_of(std::uint64_t blocks) {
  const std::uint64_t whole = blocks / kGroupBlocks;
  return whole + (blocks % kGroupBlocks > reserved(whole) ? 1 : 0);
}

std::uint64_t Space::group_size(std::uint64_t group, std::uint64_t blocks) {
  return std::min(kGroupBlocks, blocks - group * kGroupBlocks);
}

std::uint64_t Space::usable_of(std::uint64_t blocks) {
  const std::uint64_t groups = groups_of(blocks), tables = (groups + kGroupsPerTable - 1) / kGroupsPerTable;
  return std::min(blocks, groups * kGroupBlocks) - kHeadBlocks - 2 * groups - 2 * tables;
}

std::uint64_t Space::usable() const { return usable_of(blocks_); }

/// A group with a table has bitmap, table, table, bitmap: those that a commit writes together are neighbours.
std::uint64_t Space::bitmap_block(std::uint64_t group, Slot slot) {
  const std::uint64_t second = group % kGroupsPerTable == 0 ? 3 : 1;
  return group * kGroupBlocks + (group == 0 ? kHeadBlocks : 0) + (slot == Slot::second ? second : 0);
}

std::uint64_t Space::table_block(std::uint64_t table, Slot slot) {
  return bitmap_block(table * kGroupsPerTable, Slot::first) + (slot == Slot::second ? 2 : 1);
}

GroupEntry Space::fresh_entry(std::uint64_t group) const {
  return {0, static_cast<std::uint16_t>(group_size(group, blocks_) - reserved(group)), Slot::none, 0};
}

void Space::start_empty(std::uint64_t blocks) {
  blocks_ = blocks;
  committed_blocks_ = 0;
  free_ = usable_of(blocks);
}

Error Space::start(const Record& record) {
  blocks_ = committed_blocks_ = record.head.blocks;
  free_ = record.head.free;
  waiting_ = 0;
  if (blocks_ < kLeastBlocks || blocks_ > kMaxBlocks || free_ > usable()) return Error::corrupt;
  std::memcpy(working_, record.tables, sizeof working_);
  std::memcpy(committed_, record.tables, sizeof committed_);
  return std::ranges::all_of(working_, [](const TablePointer& table) { return plausible(table.slot); })
             ? Error::none
             : Error::corrupt;
}

Error Space::look_at_tables() {
  for (std::uint64_t group = 0; group < groups_of(blocks_); group += kGroupsPerTable) {
    GroupEntry unused;
    if (const Error wrong = entry(group, State::working, unused); !ok(wrong)) return wrong;
  }
  return Error::none;
}

Error Space::entry(std::uint64_t group, State state, GroupEntry& found) {
  const std::uint64_t table = group / kGroupsPerTable;
  const TablePointer& pointer = tables(state)[table];
  found = {};
  if (pointer.slot != Slot::none) {
    Frame* frame;
    if (const Error wrong = cache_.get(table_block(table, pointer.slot), Content::table, &pointer.crc, frame);
        !ok(wrong))
      return wrong;
    found = reinterpret_cast<const GroupEntry*>(frame->bytes)[group % kGroupsPerTable];
    if (!plausible(found.slot)) return Error::corrupt;
  }
  if (found.slot == Slot::none) found = fresh_entry(group);
  return Error::none;
}

Error Space::writable_entry(std::uint64_t group, GroupEntry*& found) {
  const std::uint64_t table = group / kGroupsPerTable;
  TablePointer& pointer = working_[table];
  Frame* frame;
  if (pointer.slot != committed_[table].slot) {
    if (const Error wrong = cache_.get(table_block(table, pointer.slot), Content::table, &pointer.crc, frame);
        !ok(wrong))
      return wrong;
    cache_.mark(*frame);
  } else {
    Frame* before = nullptr;
    if (pointer.slot != Slot::none) {
      if (const Error wrong = cache_.get(table_block(table, pointer.slot), Content::table, &pointer.crc, before);
          !ok(wrong))
        return wrong;
    }
    const Slot slot = other(pointer.slot);
    if (const Error wrong =
            cache_.add(table_block(table, slot), Content::table, static_cast<std::uint32_t>(table), frame);
        !ok(wrong))
      return wrong;
    if (before) std::memcpy(frame->bytes, before->bytes, kBlockBytes);
    pointer.slot = slot;
  }
  frame->owner = static_cast<std::uint32_t>(table);
  found = &reinterpret_cast<GroupEntry*>(frame->bytes)[group % kGroupsPerTable];
  return Error::none;
}

Error Space::bitmap(std::uint64_t group, State state, const std::uint64_t*& bits) {
  bits = nullptr;
  if (state == State::committed && group >= groups_of(committed_blocks_)) return Error::none;
  GroupEntry known;
  if (const Error wrong = entry(group, state, known); !ok(wrong)) return wrong;
  if (known.slot == Slot::none) return Error::none;
  Frame* frame;
  if (const Error wrong = cache_.get(bitmap_block(group, known.slot), Content::bitmap, &known.crc, frame); !ok(wrong))
    return wrong;
  bits = reinterpret_cast<const std::uint64_t*>(frame->bytes);
  return Error::none;
}

Error Space::writable_bitmap(std::uint64_t group, GroupEntry*& known, std::uint64_t*& bits) {
  GroupEntry before{}, now;
  if (group < groups_of(committed_blocks_)) {
    if (const Error wrong = entry(group, State::committed, before); !ok(wrong)) return wrong;
  }
  if (const Error wrong = entry(group, State::working, now); !ok(wrong)) return wrong;
  if (const Error wrong = writable_entry(group, known); !ok(wrong)) return wrong;
  Frame* frame;
  if (now.slot != before.slot) {
    if (const Error wrong = cache_.get(bitmap_block(group, now.slot), Content::bitmap, &now.crc, frame); !ok(wrong))
      return wrong;
    cache_.mark(*frame);
  } else {
    const std::uint64_t* old;
    if (const Error wrong = bitmap(group, State::working, old); !ok(wrong)) return wrong;
    const Slot slot = other(before.slot);
    if (const Error wrong =
            cache_.add(bitmap_block(group, slot), Content::bitmap, static_cast<std::uint32_t>(group), frame);
        !ok(wrong))
      return wrong;
    if (old) std::memcpy(frame->bytes, old, kBlockBytes);
    if (!old) set_bits(reinterpret_cast<std::uint64_t*>(frame->bytes), 0, reserved(group));
    now.slot = slot;
  }
  frame->owner = static_cast<std::uint32_t>(group);
  *known = now;
  bits = reinterpret_cast<std::uint64_t*>(frame->bytes);
  return Error::none;
}

Error Space::settle() {
  const Error wrong = cache_.each_dirty(Content::bitmap, [&](Frame& frame) {
    GroupEntry* known;
    if (const Error bad = writable_entry(frame.owner, known); !ok(bad)) return bad;
    known->crc = crc32c(frame.bytes, kBlockBytes);
    return Error::none;
  });
  if (!ok(wrong)) return wrong;
  return cache_.each_dirty(Content::table, [&](Frame& frame) {
    working_[frame.owner].crc = crc32c(frame.bytes, kBlockBytes);
    return Error::none;
  });
}

void Space::record_into(Record& record) const {
  record.head.blocks = blocks_;
  record.head.free = free_;
  std::memcpy(record.tables, working_, sizeof working_);
}

void Space::committed() {
  std::memcpy(committed_, working_, sizeof committed_);
  committed_blocks_ = blocks_;
  waiting_ = 0;
}

Error Space::grow(std::uint64_t blocks) {
  const std::uint64_t before = blocks_, last = groups_of(before);
  const std::uint64_t had = last > 0 ? group_size(last - 1, before) : 0;
  if (last > 0 && had < kGroupBlocks) {
    GroupEntry now;
    if (const Error wrong = entry(last - 1, State::working, now); !ok(wrong)) return wrong;
    if (now.slot != Slot::none) {
      GroupEntry* known;
      if (const Error wrong = writable_entry(last - 1, known); !ok(wrong)) return wrong;
      known->free = static_cast<std::uint16_t>(known->free + group_size(last - 1, blocks) - had);
    }
  }
  free_ += usable_of(blocks) - usable_of(before);
  blocks_ = blocks;
  return Error::none;
}

}  // namespace wick::wickfs
