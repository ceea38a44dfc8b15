// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Checksums that one program writes and another looks at: of a guest in its appliance (abi/appliance.h), of embedded
// files, of a snapshot's header, of a volume's structures. For programs of the host, for the library OS, and for
// wickfs, which is theirs and the guest's.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "abi/host/arch/crc32c.h"

namespace wick {

namespace checksum {

/// One after the other over several pieces. @tparam polynomial with its bits reversed  @param crc ~0 before the first
template <std::uint32_t polynomial>
constexpr std::uint32_t add(std::span<const std::uint8_t> bytes, std::uint32_t crc) {
  constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      table[i] = i;
      for (int bit = 0; bit < 8; ++bit) table[i] = (table[i] >> 1) ^ (table[i] & 1 ? polynomial : 0);
    }
    return table;
  }();
  for (const std::uint8_t byte : bytes) crc = kTable[(crc ^ byte) & 0xff] ^ (crc >> 8);
  return crc;
}

inline constexpr std::uint32_t kCrc32 = 0xedb88320, kCrc32c = 0x82f63b78;

inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace checksum

/// CRC-32 (IEEE 802.3).
inline std::uint32_t crc32(std::string_view bytes) {
  return ~checksum::add<checksum::kCrc32>(checksum::bytes_of(bytes), ~0u);
}

/// CRC-32C (RFC 3720, B.4), by the processor's instruction where it has one.
/// @param before of the bytes in front of these; 0 when there are none
inline std::uint32_t crc32c(std::span<const std::uint8_t> bytes, std::uint32_t before = 0) {
  static const bool kInstruction = checksum::has_crc32c_instruction();
  return ~(kInstruction ? checksum::crc32c_by_instruction(bytes, ~before)
                        : checksum::add<checksum::kCrc32c>(bytes, ~before));
}
inline std::uint32_t crc32c(std::string_view bytes) { return crc32c(checksum::bytes_of(bytes)); }

}  // namespace wick
