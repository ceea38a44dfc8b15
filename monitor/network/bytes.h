// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Numbers as networks write them, most significant byte first, and the Internet checksum (RFC 1071). Pure.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace wick::monitor {

using Bytes = std::span<const std::uint8_t>;

inline std::uint16_t load16(const std::uint8_t* from) { return static_cast<std::uint16_t>(from[0] << 8 | from[1]); }
inline std::uint32_t load32(const std::uint8_t* from) { return std::uint32_t{load16(from)} << 16 | load16(from + 2); }
inline void store16(std::uint8_t* to, std::uint32_t value) {
  to[0] = static_cast<std::uint8_t>(value >> 8);
  to[1] = static_cast<std::uint8_t>(value);
}
inline void store32(std::uint8_t* to, std::uint32_t value) {
  store16(to, value >> 16);
  store16(to + 2, value & 0xffff);
}

/// A sum that goes on: over any number of pieces, all but the last of even length.
class Sum {
 public:
  Sum& add(Bytes bytes) {
    const auto* at = bytes.data();
    std::size_t count = bytes.size();
    for (; count >= 4; at += 4, count -= 4) {
      std::uint32_t word;
      std::memcpy(&word, at, sizeof word);
      sum_ += word;
    }
    std::uint32_t rest = 0;
    std::memcpy(&rest, at, count);
    sum_ += rest;
    return *this;
  }
  Sum& add16(std::uint32_t value) {
    std::uint8_t bytes[2];
    store16(bytes, value);
    return add(bytes);
  }
  /// As it stands in memory, to be copied into the field. Over bytes that hold a good one it is 0.
  std::uint16_t finish() const {
    std::uint64_t sum = sum_;
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
  }
  void put(std::uint8_t* to) const {
    const std::uint16_t sum = finish();
    std::memcpy(to, &sum, sizeof sum);
  }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace wick::monitor
