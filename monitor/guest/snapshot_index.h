// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the file of a snapshot says of the memory in it: the checksum of each page, for whoever wants it checked, and
// the pages that a guest writes first when it goes on, of which it gets its own copies before it does. The file is a
// header of a page, the list of first pages in another, the table of checksums, and memory from the next page on, each
// page at its distance from the guest's start and mapped as it lies there. Pure, but for is_whole() and read(), which
// read the file, and the room for checksums.

#include <cstdint>
#include <span>

#include "base/memory.h"

namespace wick::monitor {

inline constexpr std::uint64_t kFirstPagesAt = kPage, kPageSumsAt = 2 * kPage;

/// Where memory begins in the file. @param length of memory, in bytes
constexpr std::uint64_t memory_offset(std::uint64_t length) {
  return kPageSumsAt + whole_pages(length / kPage * sizeof(std::uint32_t));
}

/// CRC-32C of a page, 0 only for one that the file doesn't hold. @param page kPage bytes
std::uint32_t sum_of_page(const std::uint8_t* page);

/// Of each page of memory; empty where nobody asks.
class PageSums {
 public:
  /// Room for pages 0 to `pages` - 1, kept to the process's end unless it is dropped. Maps: before the jail. Costs no
  /// memory until something is written.
  void make(std::uint64_t pages);
  /// Gives the room back. Before the jail.
  void drop();
  bool wanted() const { return !sums_.empty(); }
  std::uint32_t operator[](std::uint64_t page) const { return sums_[page]; }
  void set(std::uint64_t page, std::uint32_t sum) {
    if (wanted()) sums_[page] = sum;
  }
  std::span<const std::uint32_t> all() const { return sums_; }
  std::uint32_t checksum() const;

  /// @return false when the file doesn't have them all
  bool read(int file);
  /// Whether the file's memory, which begins at `offset`, is what was written, holes included.
  bool is_whole(int file, std::uint64_t offset) const;

 private:
  std::span<std::uint32_t> sums_;
};

/// Pages next to each other; the one at the guest's start is number 0.
struct PageRun {
  std::uint32_t first, count;
};

/// The list, as it lies in the file. Anybody may have written it, so all that it can do is to copy pages of the guest's
/// earlier than they would be, and no more than kMostPages.
struct FirstPages {
  static constexpr unsigned kMostRuns = 511, kMostPages = 1024;

  std::uint32_t count, checksum;  ///< of runs; CRC-32C of the page with a 0 here
  PageRun runs[kMostRuns];

  /// @param page above all that it has  @return false when there is no room
  bool add(std::uint64_t page);
  void seal() { checksum = sum(); }
  /// @param pages that the guest has
  bool is_good(std::uint64_t pages) const;

 private:
  std::uint32_t sum() const;
};
static_assert(sizeof(FirstPages) == kPage);

}  // namespace wick::monitor
