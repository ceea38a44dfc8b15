// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The Internet checksum of an IPv4 header without options, which each packet has, either way.

#include <cstdint>
#include <cstring>

namespace wick::net {

inline constexpr int kPlainHeader = 20;

/// @return the one's complement sum (not its complement) of 20 bytes, in network byte order; 0xffff of a header as
/// received
[[gnu::always_inline]] inline std::uint16_t header_checksum(const void* header) {
  std::uint64_t first, second;
  std::uint32_t third;
  std::memcpy(&first, header, 8);
  std::memcpy(&second, static_cast<const std::uint8_t*>(header) + 8, 8);
  std::memcpy(&third, static_cast<const std::uint8_t*>(header) + 16, 4);
  std::uint64_t sum = (first >> 32) + (first & 0xffffffff) + (second >> 32) + (second & 0xffffffff) + third;
  sum = (sum >> 32) + (sum & 0xffffffff);
  sum = (sum >> 16) + (sum & 0xffff);
  sum = (sum >> 16) + (sum & 0xffff);
  return static_cast<std::uint16_t>((sum >> 16) + (sum & 0xffff));
}

}  // namespace wick::net
