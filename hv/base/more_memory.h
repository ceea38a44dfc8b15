// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which RAM a guest has besides the region where it starts: what lies above 4 GiB, and what firmware has left in
// pieces. Touches nothing but its arguments, so that host tests run it as it is.

#include <algorithm>

#include "base/boot.h"

namespace wick::hv {

inline constexpr std::uint64_t kMorePage = 2 << 20;  ///< of which it is a multiple

/// Keeps the list's order, and where it is full the largest.
constexpr void add_larger(MoreMemory& list, MemoryRange range) {
  if (list.count == MoreMemory::kCapacity) {
    auto* smallest = std::ranges::min_element(list.items, {}, &MemoryRange::length);
    if (smallest->length >= range.length) return;
    std::shift_left(smallest, std::end(list.items), 1);
    --list.count;
  }
  list.add(range);
}

/// The usable RAM in [above, end), from any list of regions.
constexpr MoreMemory memory_above(const Boot& boot, std::uint64_t above, std::uint64_t end) {
  MoreMemory list{};
  for (auto from = above; from < end;) {  // the regions by address, however the loader lists them
    std::uint64_t next = end, stop = end;
    for (const auto& range : boot.memory) {
      const std::uint64_t start = std::max(raw(range.start), from);
      const std::uint64_t range_end = raw(range.start) + range.length;
      if (range_end > start && start < next) next = start, stop = std::min(range_end, end);
    }
    const std::uint64_t start = (next + kMorePage - 1) & ~(kMorePage - 1);
    if ((stop & ~(kMorePage - 1)) > start) add_larger(list, {Gpa{start}, (stop & ~(kMorePage - 1)) - start});
    from = stop;
  }
  return list;
}

}  // namespace wick::hv
