// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What a driver writes before a frame, a back end reads, and the other way round: in whatever way a frame can be
// wished.
#include <doctest.h>

#include <array>
#include <bit>

#include "virtio/network_header.h"

namespace wick {

using drivers::ReceiveBuffer;
using drivers::TransmitHints;
using namespace drivers::virtio;

constexpr NetworkHeader header_of(const TransmitHints& hints) {
  NetworkHeader header;
  write_header(header, hints);
  return header;
}
constexpr TransmitHints hints_of(const NetworkHeader& header) {
  TransmitHints hints;
  read_header(header, hints);
  return hints;
}
static_assert(header_of({}).flags == 0);

TEST_CASE("network header: wishes for a frame come back as they were") {
  for (const std::uint16_t segment : {0, 1448}) {
    for (const bool ipv6 : {false, true}) {
      const TransmitHints hints{true, 34, 16, segment, static_cast<std::uint16_t>(segment ? 54 : 0), segment && ipv6};
      const TransmitHints back = hints_of(header_of(hints));
      CHECK(back.checksum);
      CHECK(back.checksum_start == 34);
      CHECK(back.checksum_offset == 16);
      CHECK(back.segment_size == segment);
      CHECK(back.header_length == hints.header_length);
      CHECK(back.ipv6 == hints.ipv6);
    }
  }
}

TEST_CASE("network header: without a checksum to fill in nothing else is wished") {
  const TransmitHints hints{false, 34, 16, 1448, 54, true};
  CHECK(std::bit_cast<std::array<std::uint8_t, 12>>(header_of(hints)) == std::array<std::uint8_t, 12>{});
  NetworkHeader header = header_of({true, 34, 16, 1448, 54, true});
  header.flags = kDataValid;
  const TransmitHints back = hints_of(header);
  CHECK_FALSE(back.checksum);
  CHECK(back.segment_size == 0);
}

TEST_CASE("network header: its bytes are those of virtio 1.2, 5.1.6") {
  const auto bytes = std::bit_cast<std::array<std::uint8_t, 12>>(header_of({true, 0x0122, 0x10, 0x05a8, 0x36, true}));
  CHECK(bytes == std::array<std::uint8_t, 12>{1, 4, 0x36, 0, 0xa8, 5, 0x22, 1, 0x10, 0, 0, 0});
}

TEST_CASE("network header: what is known of a received checksum comes back as it was") {
  for (const bool partial : {false, true}) {
    for (const bool good : {false, true}) {
      ReceiveBuffer frame{}, back{};
      frame.checksum_partial = partial;
      frame.checksum_good = good;
      read_flags(flags_of(frame), back);
      CHECK(back.checksum_partial == partial);
      CHECK(back.checksum_good == (partial || good));  // a partial one needs no check either
    }
  }
}

}  // namespace wick
