// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the guest has sealed: the one list behind every wall, kept by hv and by the hosted monitor alike. A guest's
// first instruction finds it empty, a return to the checkpoint finds the seals of then. Page tables and mappings follow
// the list, never the other way round. Pure, tested on the host.

#include <algorithm>

#include "guest/guest_map.h"

namespace wick::hv {

/// Whether a guest may give up writing there: its own memory that nobody else writes. hv, the processor and devices
/// write the others in its name, and would fault in its stead.
constexpr bool is_sealable(RegionKind kind) {
  return kind == RegionKind::text || kind == RegionKind::constants || kind == RegionKind::data ||
         kind == RegionKind::heap;
}

/// Whether [start, start + length) may be sealed, or of each `every` bytes the first page.
constexpr bool is_sealable(const GuestMap& map, Gpa start, std::uint64_t length, std::uint64_t every) {
  const std::uint64_t end = raw(start) + length;
  std::uint64_t at = raw(start);
  if ((at | length | every) % kPage || !length || every > length || end < at) return false;
  for (const auto& region : map) {  // sorted: a range may cross from one to the next
    if (at >= end) break;
    if (at - raw(region.start) >= region.length) continue;
    if (!is_sealable(region.kind)) return false;
    at = raw(region.start) + region.length;
  }
  return at >= end;
}

class Seals {
 public:
  static constexpr unsigned kMax = 64;
  struct Range {
    std::uint64_t start, end, every;  ///< the first page of each `every` bytes; 0: all of them
    constexpr bool operator==(const Range&) const = default;
  };

  constexpr const Range* begin() const { return ranges_; }
  constexpr const Range* end() const { return ranges_ + count_; }

  /// Seals a range that is_sealable(), of each `every` bytes the first page. `set(Gpa, length, writable)`, a Status,
  /// changes what tables and mappings say of a part that the guest may write otherwise; giving the right back never
  /// fails.
  /// @return no_memory when there are too many seals, or as `set`: nothing has changed then
  template <typename Set>
  Status add(const GuestMap& map, Gpa start, std::uint64_t length, std::uint64_t every, Set&& set) {
    const Range range{raw(start), raw(start) + length, every};
    if (std::ranges::any_of(*this, [&](const Range& r) {
          return r == range || (!r.every && r.start <= range.start && range.end <= r.end);
        }))
      return Status::ok;
    const bool goes_on = count_ && ranges_[count_ - 1].end == range.start && !(ranges_[count_ - 1].every | every);
    if (!goes_on && count_ == kMax) return Status::no_memory;
    if (const auto status = apply(map, range, false, set); !ok(status)) {
      (void)apply(map, range, true, set);
      for (const auto& r : *this) (void)apply(map, r, false, set);
      return status;
    }
    if (goes_on)
      ranges_[count_ - 1].end = range.end;
    else
      ranges_[count_++] = range;
    return Status::ok;
  }

  /// From now on those of `then` hold and no other. @return as `set`, which can't fail for a list that held before
  template <typename Set>
  Status become(const GuestMap& map, const Seals& then, Set&& set) {
    unsigned same = 0;
    while (same < count_ && same < then.count_ && ranges_[same] == then.ranges_[same]) ++same;
    for (unsigned i = same; i < count_; ++i) (void)apply(map, ranges_[i], true, set);
    const bool undone = same < count_;  // which may have opened what an older seal holds
    *this = then;
    for (unsigned i = undone ? 0 : same; i < count_; ++i)
      if (const auto status = apply(map, ranges_[i], false, set); !ok(status)) return status;
    return Status::ok;
  }

  /// Whether a list that comes from outside could have come about in this guest.
  constexpr bool fit(const GuestMap& map) const {
    return count_ <= kMax && std::ranges::all_of(*this, [&](const Range& r) {
             return r.start < r.end && is_sealable(map, Gpa{r.start}, r.end - r.start, r.every);
           });
  }

 private:
  template <typename Set>
  static Status apply(const GuestMap& map, const Range& range, bool writable, Set& set) {
    const std::uint64_t piece = range.every ? kPage : range.end - range.start;
    for (std::uint64_t at = range.start; at < range.end; at += std::max(range.every, piece))
      for (const auto& region : map) {  // only drops rights: what was executable stays so
        const std::uint64_t from = std::max(at, raw(region.start));
        const std::uint64_t to = std::min(at + piece, raw(region.start) + region.length);
        if (from >= to || region.rights != Rights::read_write) continue;
        if (const auto status = set(Gpa{from}, to - from, writable); !ok(status)) return status;
      }
    return Status::ok;
  }

  Range ranges_[kMax] = {};
  std::uint64_t count_ = 0;
};

}  // namespace wick::hv
