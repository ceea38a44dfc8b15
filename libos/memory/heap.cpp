// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See heap.h.

#include "memory/heap.h"

namespace wick::memory {

bool Heap::add(Region region) {
  if (region.end <= region.start) return true;
  if (count_ == kMaxRegions || (count_ > 0 && region.start < regions_[count_ - 1].end)) return false;
  if (count_ == 0) end_ = region.start;
  regions_[count_++] = region;
  size_ += region.end - region.start;
  return true;
}

void* Heap::take(std::size_t bytes, std::size_t alignment) {
  if (count_ == 0) return nullptr;
  const std::uint64_t start = (regions_[0].start + alignment - 1) & ~(std::uint64_t{alignment} - 1);
  if (start > regions_[0].end || bytes > regions_[0].end - start) return nullptr;
  size_ -= start + bytes - regions_[0].start;
  regions_[0].start = end_ = start + bytes;
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
  grown_ += more;
  return reinterpret_cast<void*>(end);
}

bool Heap::contains(const void* address) const {
  const auto number = reinterpret_cast<std::uint64_t>(address);
  for (unsigned i = 0; i < count_; i++) {
    if (number >= regions_[i].start && number < regions_[i].end) return true;
  }
  return false;
}

}  // namespace wick::memory
