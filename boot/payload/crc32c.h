// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// CRC-32C for the boot stages, which have no C++ library: by the processor's instruction (SSE 4.2) where it has one,
// else by a table.

#include <cpuid.h>
#include <stddef.h>
#include <stdint.h>

namespace wick::boot {

struct Crc32cTable {
  uint32_t of[256];
  constexpr Crc32cTable() : of{} {
    for (uint32_t i = 0; i < 256; ++i) {
      of[i] = i;
      for (int bit = 0; bit < 8; ++bit) of[i] = (of[i] >> 1) ^ (of[i] & 1 ? 0x82f63b78 : 0);
    }
  }
};
inline constexpr Crc32cTable kCrc32cTable;

/// Most instructions of a start are in the first loop, so that it has sixteen words a turn.
[[gnu::target("crc32")]] inline uint32_t crc32c_by_instruction(const uint8_t* bytes, size_t count) {
  constexpr size_t kWord = 8, kWords = 16;
  uint64_t crc = 0xffffffff;
  const auto add = [&](const uint8_t* from) __attribute__((always_inline, target("crc32"))) {
    uint64_t word;
    __builtin_memcpy(&word, from, kWord);
    crc = __builtin_ia32_crc32di(crc, word);
  };
  for (; count >= kWord * kWords; bytes += kWord * kWords, count -= kWord * kWords) {
#pragma clang loop unroll(full)
    for (size_t i = 0; i < kWords; ++i) add(bytes + i * kWord);
  }
  for (; count >= kWord; bytes += kWord, count -= kWord) add(bytes);
  auto narrow = static_cast<uint32_t>(crc);
  for (; count; ++bytes, --count) narrow = __builtin_ia32_crc32qi(narrow, *bytes);
  return ~narrow;
}

/// Piece by piece: from ~0 on, and what is left at the end is inverted.
inline uint32_t add_to_crc32c(uint32_t crc, const uint8_t* bytes, size_t count) {
  for (; count; ++bytes, --count) crc = kCrc32cTable.of[(crc ^ *bytes) & 0xff] ^ (crc >> 8);
  return crc;
}

inline uint32_t crc32c_by_table(const uint8_t* bytes, size_t count) { return ~add_to_crc32c(~0u, bytes, count); }

inline uint32_t crc32c(const void* bytes, size_t count) {
  unsigned a, b, c = 0, d;
  const bool fast = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2);
  const auto* from = static_cast<const uint8_t*>(bytes);
  return fast ? crc32c_by_instruction(from, count) : crc32c_by_table(from, count);
}

}  // namespace wick::boot
