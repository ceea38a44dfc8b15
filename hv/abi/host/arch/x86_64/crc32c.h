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

/// As add(). Only where has_crc32c_instruction().
[[gnu::target("sse4.2")]] inline std::uint32_t crc32c_by_instruction(std::span<const std::uint8_t> bytes,
                                                                     std::uint32_t crc) {
  std::uint64_t wide = crc;
  std::size_t at = 0;
  for (; at + sizeof wide <= bytes.size(); at += sizeof wide) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    wide = __builtin_ia32_crc32di(wide, word);
  }
  crc = static_cast<std::uint32_t>(wide);
  for (; at < bytes.size(); ++at) crc = __builtin_ia32_crc32qi(crc, bytes[at]);
  return crc;
}

}  // namespace wick::checksum
