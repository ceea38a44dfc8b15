// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Four levels of tables, whoever walks them: the processor's own paging, AMD's nested paging, Intel's EPT and the
// tables of IOMMUs differ in what an entry's bits mean, not in how tables hang together. Touches nothing but the frames
// it is given, so that host tests run it as it is.

#include <algorithm>

#include "base/memory.h"

namespace wick::hv {

inline constexpr std::uint64_t kLargePage = 2 << 20, kTableSpan = 1ull << 30;

/// Large pages that may be split: more of them where there is more memory, which their frames are taken of.
inline constexpr std::uint64_t kMaxSplits = 64;
constexpr std::uint64_t splits_of(std::uint64_t memory) { return std::min(8 + (memory >> 25), kMaxSplits); }

/// How many tables a region takes at most, in large pages: of small pages at its ends, and directories above.
constexpr std::uint64_t tables_of(std::uint64_t length) { return 3 + (length + kTableSpan - 1) / kTableSpan; }

/// What the formats of processors have in common: bit 7 makes a page of a directory's entry, and a link to a table
/// looks the same in all levels.
template <std::uint64_t Link>
struct ProcessorLinks {
  static constexpr std::uint64_t kind = 128, large = 128;
  static constexpr std::uint64_t link(unsigned) { return Link; }
};

/// What becomes of large pages that set_writable() has split, whose frames are few.
enum class Splits {
  keep,      ///< they stay split: a checkpoint knows them so
  join,      ///< those split since then are whole again, writable as before; none of their pieces is dirty
  join_all,  ///< all of them are
};

/// Format has `present` (any of these bits: there is an entry) and `write`; `link(level)`, the bits of an entry that
/// leads on to a table of that level, 1 being the one of pages; and `kind`, those bits that tell links from large
/// pages, which have `large` there.
template <typename Format>
class PageTables {
 public:
  /// @param frames cleared memory for all tables; the first one becomes the root, unless there is one already
  void start(MemoryRange frames, std::uint64_t* root = nullptr) {
    next_ = raw(frames.start);
    end_ = next_ + frames.length;
    root_ = root ? root : take_frame();
    split_count_ = kept_ = 0;
  }

  std::uint64_t root() const { return reinterpret_cast<std::uint64_t>(root_); }
  /// The root for a walk of three levels, which reaches the first 512 GiB. Something must be mapped there.
  std::uint64_t three_level_root() const { return root_[0] & kFrameMask; }

  /// Maps [start, end) onto itself; from `large_from` on with 2 MiB pages where they fit.
  /// @return no_memory when the frames are used up
  Status map(std::uint64_t start, std::uint64_t end, std::uint64_t large_from, std::uint64_t bits) {
    for (std::uint64_t at = start; at < end;) {
      auto* entry = directory_entry(at);
      if (!entry) return Status::no_memory;
      if (at >= large_from && at % kLargePage == 0 && end - at >= kLargePage) {
        do *entry++ = at | bits | Format::large;  // along the directory: memory may be many times as much as tables
        while ((at += kLargePage) % kTableSpan != 0 && end - at >= kLargePage);
        continue;
      }
      auto* table = descend(*entry, 1);
      if (!table) return Status::no_memory;
      do table[at >> 12 & 511] = at | bits;
      while ((at += kPage) < end && at % kLargePage != 0);
    }
    return Status::ok;
  }

  /// Gives `write` back to what is mapped there, or takes it away. A large page that is only partly meant is split to
  /// lose it; to get it back it was never without, or gets it whole. @return no_memory: no frame is left for splitting
  Status set_writable(std::uint64_t start, std::uint64_t end, bool writable) {
    for (std::uint64_t at = start, span; at < end; at = (at | (span - 1)) + 1) {
      auto* entry = leaf(at, span);
      for (; entry && !writable && (at % span || end - at < span); entry = leaf(at, span))
        if (!split(*entry, span)) return Status::no_memory;
      if (entry) *entry = writable ? *entry | Format::write : *entry & ~Format::write;
    }
    return Status::ok;
  }

  void settle(Splits what) {
    if (what == Splits::keep) kept_ = split_count_;
    if (what == Splits::join_all) kept_ = 0;
    while (split_count_ > kept_) {
      const Split& last = splits_[--split_count_];
      next_ -= kPage;
      *last.entry = last.large;
    }
  }

  /// The entry that maps `address`, and in `span` how much it does. @return nullptr when nothing is mapped in `span`
  std::uint64_t* leaf(std::uint64_t address, std::uint64_t& span) const {
    auto* table = root_;
    for (unsigned shift = 39;; shift -= 9) {
      auto& entry = table[address >> shift & 511];
      span = 1ull << shift;
      if (!(entry & Format::present)) return nullptr;
      if (shift == 12 || is_large(entry)) return &entry;
      table = reinterpret_cast<std::uint64_t*>(entry & kFrameMask);
    }
  }

 private:
  static constexpr std::uint64_t kFrameMask = 0x000ffffffffff000;

  static constexpr bool is_large(std::uint64_t entry) {
    return entry & Format::present && (entry & Format::kind) == Format::large;
  }

  std::uint64_t* take_frame() {
    if (next_ == end_) return nullptr;
    auto* frame = reinterpret_cast<std::uint64_t*>(next_);
    next_ += kPage;
    return frame;
  }

  /// The table of `level` below `entry`.
  [[gnu::noinline]] std::uint64_t* descend(std::uint64_t& entry, unsigned level) {
    if (!(entry & Format::present)) {
      auto* table = take_frame();
      if (!table) return nullptr;
      entry = reinterpret_cast<std::uint64_t>(table) | Format::link(level);
    }
    return reinterpret_cast<std::uint64_t*>(entry & kFrameMask);
  }

  /// A large page becomes a table of the same rights.
  bool split(std::uint64_t& entry, std::uint64_t span) {
    auto* table = split_count_ < kMaxSplits ? take_frame() : nullptr;
    if (!table) return false;
    splits_[split_count_++] = {&entry, entry};
    const bool large = span > kLargePage;
    for (std::uint64_t i = 0; i < 512; ++i) table[i] = (large ? entry : entry & ~Format::kind) + i * (span / 512);
    entry = reinterpret_cast<std::uint64_t>(table) | Format::link(large ? 2 : 1);
    return true;
  }

  std::uint64_t* directory_entry(std::uint64_t address) {
    auto* pdpt = descend(root_[address >> 39 & 511], 3);
    auto* pd = pdpt ? descend(pdpt[address >> 30 & 511], 2) : nullptr;
    return pd ? pd + (address >> 21 & 511) : nullptr;
  }

  struct Split {
    std::uint64_t *entry, large;
  };

  std::uint64_t* root_ = nullptr;
  std::uint64_t next_ = 0, end_ = 0;
  Split splits_[kMaxSplits] = {};
  unsigned split_count_ = 0, kept_ = 0;
};

}  // namespace wick::hv
