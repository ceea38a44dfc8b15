// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See space.h: taking and giving back.

#include "wickfs/space.h"

#include <algorithm>

#include "wickfs/bits.h"

namespace wick::wickfs {

Error Space::take(std::uint64_t goal, std::uint64_t want, Blocks& taken) {
  const std::uint64_t groups = groups_of(blocks_);
  if (goal >= groups * kGroupBlocks) goal = 0;
  const std::uint64_t first = goal / kGroupBlocks;
  // The goal's group twice: from the goal on, and at last its beginning.
  for (std::uint64_t i = 0; i <= groups; i++) {
    const std::uint64_t group = (first + i) % groups;
    GroupEntry known;
    if (const Error wrong = entry(group, State::working, known); !ok(wrong)) return wrong;
    if (known.free == 0) continue;
    const Error outcome = take_in(group, i == 0 ? goal % kGroupBlocks : 0, want, taken);
    if (outcome != Error::no_space) return outcome;
  }
  return Error::no_space;
}

Error Space::take_in(std::uint64_t group, std::uint64_t from, std::uint64_t want, Blocks& taken) {
  const std::uint64_t size = group_size(group, blocks_);
  const std::uint64_t *working, *committed;
  if (const Error wrong = bitmap(group, State::working, working); !ok(wrong)) return wrong;
  if (const Error wrong = bitmap(group, State::committed, committed); !ok(wrong)) return wrong;
  const BothFree both{working, committed};
  from = std::max(from, reserved(group));
  const bool at_goal = from < size && both.at(from);
  std::uint64_t best = 0, best_count = 0;
  for (std::uint64_t at = from; at < size && best_count < want;) {
    at = both.next_free(at, size);
    if (at >= size) break;
    const std::uint64_t end = both.next_taken(at, std::min(size, at + want));
    if (end - at > best_count) best = at, best_count = end - at;
    if (at_goal) break;
    at = end;
  }
  if (best_count == 0) return Error::no_space;
  GroupEntry* known;
  std::uint64_t* bits;
  if (const Error wrong = writable_bitmap(group, known, bits); !ok(wrong)) return wrong;
  set_bits(bits, best, best_count);
  known->free = static_cast<std::uint16_t>(known->free - best_count);
  free_ -= best_count;
  taken = {group * kGroupBlocks + best, best_count};
  return Error::none;
}

Error Space::free(std::uint64_t start, std::uint64_t count) {
  const std::uint64_t group = start / kGroupBlocks, within = start % kGroupBlocks;
  if (group >= groups_of(blocks_) || within < reserved(group) || count > group_size(group, blocks_) - within)
    return Error::corrupt;
  GroupEntry* known;
  std::uint64_t* bits;
  if (const Error wrong = writable_bitmap(group, known, bits); !ok(wrong)) return wrong;
  if (count_bits(bits, within, count) != count) return Error::corrupt;
  clear_bits(bits, within, count);
  known->free = static_cast<std::uint16_t>(known->free + count);
  free_ += count;
  const std::uint64_t* before;
  if (const Error wrong = bitmap(group, State::committed, before); !ok(wrong)) return wrong;
  if (before) waiting_ += count_bits(before, within, count);
  store_.forget(start, count);
  cache_.drop(start, count);
  return Error::none;
}

Error Space::is_fresh(std::uint64_t block, bool& fresh) {
  if (block / kGroupBlocks >= groups_of(blocks_)) return Error::corrupt;
  const std::uint64_t* bits;
  if (const Error wrong = bitmap(block / kGroupBlocks, State::committed, bits); !ok(wrong)) return wrong;
  fresh = !bits || count_bits(bits, block % kGroupBlocks, 1) == 0;
  return Error::none;
}

Error Space::is_available(std::uint64_t block, bool& available) {
  available = false;
  const std::uint64_t group = block / kGroupBlocks, within = block % kGroupBlocks;
  if (group >= groups_of(blocks_) || within < reserved(group) || within >= group_size(group, blocks_))
    return Error::none;
  const std::uint64_t *working, *committed;
  if (const Error wrong = bitmap(group, State::working, working); !ok(wrong)) return wrong;
  if (const Error wrong = bitmap(group, State::committed, committed); !ok(wrong)) return wrong;
  available = BothFree(working, committed).at(within);
  return Error::none;
}

Error Space::is_taken(std::uint64_t block, bool& taken) {
  const std::uint64_t group = block / kGroupBlocks, within = block % kGroupBlocks;
  const std::uint64_t* bits;
  if (const Error wrong = bitmap(group, State::working, bits); !ok(wrong)) return wrong;
  taken = bits ? count_bits(bits, within, 1) == 1 : within < reserved(group);
  return Error::none;
}

}  // namespace wick::wickfs
