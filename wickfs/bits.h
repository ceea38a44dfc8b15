// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Bitmaps in words of 64 bits: a set bit is a block that is taken.

#include <bit>
#include <cstdint>

namespace wick::wickfs {

/// Calls `each(word, mask)` for the words that a range of bits touches.
template <typename Word, typename Each>
constexpr void each_word(Word* bits, std::uint64_t first, std::uint64_t count, Each&& each) {
  while (count > 0) {
    const std::uint64_t within = first % 64, here = count < 64 - within ? count : 64 - within;
    each(bits[first / 64], (here == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << here) - 1) << within);
    first += here;
    count -= here;
  }
}

constexpr void set_bits(std::uint64_t* bits, std::uint64_t first, std::uint64_t count) {
  each_word(bits, first, count, [](std::uint64_t& word, std::uint64_t mask) { word |= mask; });
}
constexpr void clear_bits(std::uint64_t* bits, std::uint64_t first, std::uint64_t count) {
  each_word(bits, first, count, [](std::uint64_t& word, std::uint64_t mask) { word &= ~mask; });
}
constexpr std::uint64_t count_bits(const std::uint64_t* bits, std::uint64_t first, std::uint64_t count) {
  std::uint64_t set = 0;
  each_word(bits, first, count, [&](const std::uint64_t& word, std::uint64_t mask) {
    set += static_cast<std::uint64_t>(std::popcount(word & mask));
  });
  return set;
}

/// What is free in both of two bitmaps; null stands for one with nothing taken.
class BothFree {
 public:
  constexpr BothFree(const std::uint64_t* first, const std::uint64_t* second) : first_(first), second_(second) {}

  constexpr bool at(std::uint64_t bit) const { return !(taken(bit / 64) >> bit % 64 & 1); }
  /// @return `end` when there is none
  constexpr std::uint64_t next_free(std::uint64_t from, std::uint64_t end) const { return next(from, end, ~0ull); }
  constexpr std::uint64_t next_taken(std::uint64_t from, std::uint64_t end) const { return next(from, end, 0); }

 private:
  constexpr std::uint64_t taken(std::uint64_t word) const {
    return (first_ ? first_[word] : 0) | (second_ ? second_[word] : 0);
  }
  constexpr std::uint64_t next(std::uint64_t from, std::uint64_t end, std::uint64_t flip) const {
    while (from < end) {
      const std::uint64_t rest = (taken(from / 64) ^ flip) >> from % 64;
      if (rest != 0) {
        const std::uint64_t found = from + static_cast<std::uint64_t>(std::countr_zero(rest));
        return found < end ? found : end;
      }
      from = (from / 64 + 1) * 64;
    }
    return end;
  }

  const std::uint64_t* first_;
  const std::uint64_t* second_;
};

}  // namespace wick::wickfs
