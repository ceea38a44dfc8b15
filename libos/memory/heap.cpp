// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See heap.h.

#include "memory/heap.h"

namespace wick::memory {

bool Heap::add(Region region) {
  if (region.end <= region.start) return true;
  if (count_ == kMaxRegions || (count_ > 0 && region.start < regions_[count_ - 1].end)) return false;
  if (count_ == 0) end_ = peak_ = touched_ = region.start;
  regions_[count_++] = region;
  size_ += region.end - region.start;
  return true;
}

void* Heap::take(std::size_t bytes, std::size_t alignment) {
  if (count_ == 0) return nullptr;
  const std::uint64_t start = (regions_[0].start + alignment - 1) & ~(std::uint64_t{alignment} - 1);
  if (start > regions_[0].end || bytes > regions_[0].end - start) return nullptr;
  size_ -= start + bytes - regions_[0].start;
  regions_[0].start = end_ = peak_ = touched_ = start + bytes;
  return reinterpret_cast<void*>(start);
}

void* Heap::move_end(std::ptrdiff_t bytes) {
  if (count_ == 0) return nullptr;
  if (bytes < 0) {
    const auto less = static_cast<std::uint64_t>(-bytes);
    if (less > end_ - regions_[current_].start) return nullptr;
    void* old = reinterpret_cast<void*>(end_);
    end_ -= less;
    grown_ -= less;
    return old;
  }
  const auto more = static_cast<std::uint64_t>(bytes);
  std::uint64_t end = end_;
  unsigned region = current_;
  while (more > regions_[region].end - end) {
    if (++region == count_) return nullptr;
    end = regions_[region].start;
  }
  current_ = region;
  end_ = end + more;
  if (end_ > peak_) peak_ = end_;
  if (end_ > touched_) touched_ = end_;
  grown_ += more;
  return reinterpret_cast<void*>(end);
}

// The end never goes back to an earlier region, so all of it lies in the present one. What follows the highest end was
// never handed out and may fill up the last piece.
Region Heap::unused(std::uint64_t unit, bool since_mark) const {
  const auto up = [=](std::uint64_t address) { return (address + unit - 1) & ~(unit - 1); };
  const std::uint64_t start = up(since_mark ? peak_ : end_), limit = regions_[current_].end & ~(unit - 1);
  const std::uint64_t end = up(touched_) < limit ? up(touched_) : limit;
  return start < end ? Region{start, end} : Region{};
}

bool Heap::contains(const void* address) const {
  const auto number = reinterpret_cast<std::uint64_t>(address);
  for (unsigned i = 0; i < count_; i++) {
    if (number >= regions_[i].start && number < regions_[i].end) return true;
  }
  return false;
}

}  // namespace wick::memory
