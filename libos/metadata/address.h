// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether a text is an address, decided before it becomes a setting: a wrong setting would end the boot, a wrong
// instance's data only itself. Plain functions of text, without the network stack, which an image may lack.

#include <string_view>

namespace wick::metadata {

/// Four decimal numbers with dots.
bool is_ipv4(std::string_view text);
/// RFC 4291 §2.2, without a zone.
bool is_ipv6(std::string_view text);

/// Bits of "24", "255.255.255.0" or "ffff:ffff:ffff:ffff::"; -1 when it is neither, or more than `most`.
int prefix_length(std::string_view text, int most);

/// Host name by RFC 1123, as much of it as a setting takes.
bool is_host_name(std::string_view text);

}  // namespace wick::metadata
