// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// CRC-32C by the processor's own instruction (SSE 4.2), which also an unprivileged guest may ask it for, eight bytes at
// a time: a guest is checked at each start, and a volume's structures at each read.

#include <cpuid.h>

#include <cstdint>
#include <cstring>
#include <span>

namespace wick::checksum {

inline bool has_crc32c_instruction() {
  unsigned a, b, c, d;
  __cpuid(1, a, b, c, d);  // which every processor of this architecture has
  return c & bit_SSE4_2;
}

/// The instruction takes three cycles, and the next one may begin after one: so three pieces of this length are added
/// up side by side, and their sums put together.
inline constexpr std::size_t kPiece = 4096;

/// What a sum becomes by as many zero bytes as a piece has: by which its bits go into it, each for itself.
struct Behind {
  std::uint32_t bits[32];

  constexpr std::uint32_t of(std::uint32_t crc) const {
    std::uint32_t sum = 0;
    for (unsigned bit = 0; bit < 32; ++bit) sum ^= crc >> bit & 1 ? bits[bit] : 0;
    return sum;
  }
};
inline constexpr Behind kBehindPiece = [] {
  Behind behind{};
  for (unsigned bit = 0; bit < 32; ++bit) behind.bits[bit] = bit ? 1u << (bit - 1) : 0x82f6'3b78;  // one zero bit
  for (std::size_t bits = 1; bits < 8 * kPiece; bits *= 2) {
    const Behind half = behind;
    for (auto& one : behind.bits) one = half.of(one);
  }
  return behind;
}();
static_assert((kPiece & (kPiece - 1)) == 0);

[[gnu::target("sse4.2")]] inline void add_word(std::uint64_t& sum, const std::uint8_t* from) {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  sum = __builtin_ia32_crc32di(sum, word);
}

/// As add(). Only where has_crc32c_instruction().
[[gnu::target("sse4.2")]] inline std::uint32_t crc32c_by_instruction(std::span<const std::uint8_t> bytes,
                                                                     std::uint32_t crc) {
  for (; bytes.size() >= 3 * kPiece; bytes = bytes.subspan(3 * kPiece)) {
    std::uint64_t first = crc, second = 0, third = 0;
    for (std::size_t at = 0; at < kPiece; at += sizeof first) {
      add_word(first, bytes.data() + at);
      add_word(second, bytes.data() + kPiece + at);
      add_word(third, bytes.data() + 2 * kPiece + at);
    }
    const std::uint32_t both = kBehindPiece.of(static_cast<std::uint32_t>(first)) ^ static_cast<std::uint32_t>(second);
    crc = kBehindPiece.of(both) ^ static_cast<std::uint32_t>(third);
  }
  std::uint64_t wide = crc;
  std::size_t at = 0;
  for (; at + sizeof wide <= bytes.size(); at += sizeof wide) add_word(wide, bytes.data() + at);
  crc = static_cast<std::uint32_t>(wide);
  for (; at < bytes.size(); ++at) crc = __builtin_ia32_crc32qi(crc, bytes[at]);
  return crc;
}

}  // namespace wick::checksum
