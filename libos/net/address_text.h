// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Addresses as text in their one canonical form: dotted decimal, and RFC 5952 for IPv6, which asks for lower case and
// the longest run of zeros shortened. Touches nothing but its arguments.

#include <cstddef>
#include <cstdint>
#include <span>

namespace wick::net {

inline constexpr std::size_t kMaxAddressText = 46;  ///< with the NUL

/// @param address 4 bytes or 16, in network order  @return length without the NUL, or 0 when `to` is too small
std::size_t write_address(std::span<const std::uint8_t> address, std::span<char> to);

}  // namespace wick::net
