// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// CRC-32C by the processor's own instruction (SSE 4.2), which also an unprivileged guest may ask it for.

#include <cpuid.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace wick::wickfs {

inline bool has_crc32c_instruction() {
  unsigned a, b, c = 0, d;
  return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2);
}

/// @param crc with its bits inverted, as the result
[[gnu::target("sse4.2")]] inline std::uint32_t crc32c_by_instruction(const std::uint8_t* bytes, std::size_t count,
                                                                     std::uint32_t crc) {
  std::uint64_t wide = crc;
  for (; count >= sizeof wide; bytes += sizeof wide, count -= sizeof wide) {
    std::uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    wide = __builtin_ia32_crc32di(wide, word);
  }
  crc = static_cast<std::uint32_t>(wide);
  for (; count > 0; bytes++, count--) crc = __builtin_ia32_crc32qi(crc, *bytes);
  return crc;
}

}  // namespace wick::wickfs
