// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Ports of the host that lead to the guest, and how people write them. The grammar is the one of `wick run -p`, with an
// address before it; the same table of examples tests both (tests/support/forwards.h). Pure: opens nothing.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace wick::monitor {

/// A port of the host that leads to one of the guest's.
struct Forward {
  bool udp;
  std::uint32_t address;  ///< IPv4, network order: 127.0.0.1 unless asked otherwise
  std::uint16_t host_port, guest_port;
};

/// "8080:80", "80" (the same on both sides), "0.0.0.0:8080:80", each also with "/tcp" or "/udp".
/// @return what is wrong with `text` in one sentence
std::expected<Forward, std::string> parse_forward(std::string_view text);

/// "127.0.0.1"
std::string address_text(std::uint32_t address);

}  // namespace wick::monitor
