// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which pages a file of guest memory holds; the others are holes in it, and zero. One bit a page, and none at all where
// no such file is wanted.

#include <cstdint>
#include <vector>

namespace wick::monitor {

class PageSet {
 public:
  /// Room for pages 0 to `pages` - 1, all of them missing. Allocates: before the guest runs.
  void make(std::uint64_t pages) { words_.assign((pages + 63) / 64, 0); }

  /// @param page below what it was made for, or any while there is no room
  bool has(std::uint64_t page) const { return page / 64 < words_.size() && words_[page / 64] >> page % 64 & 1; }
  /// Nothing where there is no room.
  void add(std::uint64_t page) {
    if (page / 64 < words_.size()) words_[page / 64] |= 1ull << page % 64;
  }

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace wick::monitor
