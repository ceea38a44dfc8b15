// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The Internet checksum (RFC 1071), eight bytes at a time: for headers, for what no device sums up, and for devices
// without checksum offload.

#include "net/checksum.h"

#include <cstdint>
#include <cstring>

#include "lwip/arch.h"

namespace {

std::uint64_t add_with_carry(std::uint64_t sum, std::uint64_t value) {
  std::uint64_t result;
  return __builtin_add_overflow(sum, value, &result) ? result + 1 : result;
}

template <typename Word>
Word load(const std::uint8_t* from) {
  Word word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

}  // namespace

/// @return the one's complement sum (not its complement) of `length` bytes, in network byte order
extern "C" std::uint16_t wick_net_checksum(const void* data, int length) {
  if (length == wick::net::kPlainHeader) return wick::net::header_checksum(data);
  auto* at = static_cast<const std::uint8_t*>(data);
  std::uint64_t sum = 0;
  for (; length >= 32; length -= 32, at += 32) {
    sum = add_with_carry(sum, load<std::uint64_t>(at));
    sum = add_with_carry(sum, load<std::uint64_t>(at + 8));
    sum = add_with_carry(sum, load<std::uint64_t>(at + 16));
    sum = add_with_carry(sum, load<std::uint64_t>(at + 24));
  }
  for (; length >= 8; length -= 8, at += 8) sum = add_with_carry(sum, load<std::uint64_t>(at));
  if (length >= 4) {
    sum = add_with_carry(sum, load<std::uint32_t>(at));
    length -= 4;
    at += 4;
  }
  if (length >= 2) {
    sum = add_with_carry(sum, load<std::uint16_t>(at));
    length -= 2;
    at += 2;
  }
  if (length > 0) sum = add_with_carry(sum, *at);
  sum = (sum >> 32) + (sum & 0xffffffff);
  sum = (sum >> 32) + (sum & 0xffffffff);
  sum = (sum >> 16) + (sum & 0xffff);
  sum = (sum >> 16) + (sum & 0xffff);
  return static_cast<std::uint16_t>((sum >> 16) + (sum & 0xffff));
}
