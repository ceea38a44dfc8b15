// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The two kinds of ring of a vmxnet3 adapter as far as they are alike for frames in both directions: whose an entry is
// tells one bit, which changes its meaning with each lap. Pure, but for memory that the device shares.

#include "class/access.h"
#include "class/shared.h"
#include "vmware/vmxnet3.h"

namespace wick::drivers::vmware {

/// Counts entries modulo 2^32 in a ring whose length is a power of two.
class Position {
 public:
  constexpr Position() = default;
  constexpr explicit Position(std::uint32_t entries) : shift_(static_cast<unsigned>(__builtin_ctz(entries))) {}

  constexpr std::uint32_t count() const { return count_; }
  constexpr std::uint32_t slot() const { return count_ & ((1u << shift_) - 1); }
  /// Whether the generation bit is set in this lap.
  constexpr bool generation() const { return (count_ >> shift_ & 1) == 0; }
  constexpr void advance() { ++count_; }

 private:
  std::uint32_t count_ = 0;
  unsigned shift_ = 0;
};

/// Completions, which the device writes in order and never more than there are entries.
class Completions {
 public:
  constexpr Completions() = default;

  static constexpr std::uint64_t dma_bytes(std::uint32_t entries) {
    return dma_share(entries * sizeof(Completion), kRingAlignment);
  }
  /// @param entries a power of two  @return false when the pool is used up
  bool place(DmaPool& pool, std::uint32_t entries) {
    entries_ = static_cast<Completion*>(pool.take(entries * sizeof(Completion), kRingAlignment));
    next_ = Position(entries);
    return entries_;
  }
  Gpa base() const { return device_address(entries_); }

  bool ready() const {
    const bool generation = (load_acquire(entries_[next_.slot()].state) & kGeneration) != 0;
    return generation == next_.generation();
  }
  /// A copy of the next one, which must be ready: what is checked can't change any more.
  Completion take() {
    const Completion& from = entries_[next_.slot()];
    next_.advance();
    return {load(from.index), 0, load(from.length), load(from.state)};
  }

 private:
  Completion* entries_ = nullptr;
  Position next_;
};

}  // namespace wick::drivers::vmware
