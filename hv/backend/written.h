// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which of the guest's DMA memory devices were given to write. No page table tells it, and a checkpoint must know: what
// a read has brought there belongs to the memory of then. A bit for so many bytes that a fixed number of bits does.
// Pure, tested on the host.

#include "base/memory.h"

namespace wick::hv {

class Written {
 public:
  /// Until then nothing is noted. @param dma starts and ends with a page
  constexpr void start(MemoryRange dma) {
    dma_ = dma;
    shift_ = 12;
    while (dma.length >> shift_ > kBits) ++shift_;
  }

  /// @param length not 0, and within DMA memory
  constexpr void add(Gpa address, std::uint64_t length) {
    if (!dma_.length) return;
    const std::uint64_t offset = raw(address) - raw(dma_.start);
    for (std::uint64_t i = offset >> shift_; i <= (offset + length - 1) >> shift_; ++i) bits_[i / 64] |= 1ull << i % 64;
  }

  /// Calls `visit(Gpa, length)` for what was noted, and forgets it.
  template <typename Visit>
  constexpr void take(Visit&& visit) {
    for (unsigned word = 0; word < kBits / 64; ++word) {
      for (; bits_[word]; bits_[word] &= bits_[word] - 1) {
        const std::uint64_t offset = (word * 64ull + static_cast<unsigned>(__builtin_ctzll(bits_[word]))) << shift_;
        const std::uint64_t length = 1ull << shift_, rest = dma_.length - offset;
        visit(dma_.start + offset, length < rest ? length : rest);
      }
    }
  }

 private:
  static constexpr unsigned kBits = 1 << 14;
  MemoryRange dma_{};
  unsigned shift_ = 0;
  std::uint64_t bits_[kBits / 64] = {};
};

}  // namespace wick::hv
