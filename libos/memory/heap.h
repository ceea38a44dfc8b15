// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The heap: the regions that BootInfo gives, handed to the allocator (picolibc's build of Doug Lea's malloc) from low
// to high addresses through sbrk(). Host-testable: works on any ranges.

#include <cstddef>
#include <cstdint>

namespace wick::memory {

struct Region {
  std::uint64_t start, end;
};

class Heap {
 public:
  static constexpr unsigned kMaxRegions = 8;

  /// Regions must come in ascending order. @return false when there are too many or one is out of order
  bool add(Region region);

  /// Takes `bytes`, aligned, from the first region for good, before anyone grows the heap. @return nullptr when too big
  void* take(std::size_t bytes, std::size_t alignment);

  /// sbrk(): moves the end. When a region is used up, growing goes on in the next one, which leaves a hole; shrinking
  /// ends at the start of a region. @return the old end, nullptr when impossible
  void* move_end(std::ptrdiff_t bytes);

  bool contains(const void* address) const;

  /// Memory that was handed out once and is in nobody's hands, in whole pieces of `unit` bytes, a power of two.
  /// @param since_mark above the highest end since the last mark(); else above the end of now
  Region unused(std::uint64_t unit, bool since_mark) const;
  void mark() { peak_ = end_; }
  /// What unused() said holds nothing any more from `start` on.
  void emptied(std::uint64_t start) { touched_ = start; }

  std::uint64_t size() const { return size_; }    ///< of all regions
  std::uint64_t grown() const { return grown_; }  ///< handed to the allocator
  /// Between the first region's start and the end that is not the heap's, or is a hole: an allocator that knows of one
  /// piece of memory only takes it for its own.
  std::uint64_t passed() const { return count_ ? end_ - regions_[0].start - grown_ : 0; }

 private:
  Region regions_[kMaxRegions] = {};
  std::uint64_t end_ = 0;                 ///< in regions_[current_]
  std::uint64_t peak_ = 0, touched_ = 0;  ///< the highest that it was since mark(), since emptied()
  std::uint64_t size_ = 0;
  std::uint64_t grown_ = 0;
  unsigned count_ = 0;
  unsigned current_ = 0;
};

/// The appliance's.
extern constinit Heap the_heap;
/// Called within the allocator's guard when it has given back something of that.
extern constinit void (*on_shrink)();

}  // namespace wick::memory
