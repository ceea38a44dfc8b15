// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The forms that values of the manifest take: sizes, addresses, names. Each checker says what is wrong, not where.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wick::tool {

/// "64K", "16M", "1G", "4096": bytes. Nothing when malformed or beyond 2^63.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// "250ms", "10s", "5m": milliseconds. Nothing when malformed or beyond a year.
std::optional<std::uint64_t> parse_duration(std::string_view text);

bool is_ipv4(std::string_view text);
bool is_ipv6(std::string_view text);

/// "10.0.0.2/24"
bool is_ipv4_prefix(std::string_view text);
/// "fd00::2/64"
bool is_ipv6_prefix(std::string_view text);

/// Whether both addresses are in the network of `prefix` ("10.0.0.2/24").
bool in_ipv4_network(std::string_view prefix, std::string_view address);

/// Lower-case letters, digits and dashes, starting with a letter: fit for a file, a target and a host name.
bool is_name(std::string_view text);

/// A DNS host name, RFC 1123.
bool is_hostname(std::string_view text);

/// Three numbers and, if wanted, a suffix: "1.4.0-rc1".
bool is_version(std::string_view text);

}  // namespace wick::tool
