// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A server's address as a setting has it, for whoever makes an image, which refuses a wrong one, and for the guest,
// which may be given another one at boot. Says where the address ends; what an address is, each knows by its own
// library. Not for hv.

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wick {

struct Server {
  std::string_view address;
  std::uint16_t port = 0;  ///< 0: none is written

  bool is_ipv6() const { return address.find(':') != address.npos; }
};

/// "192.0.2.1", "192.0.2.1:1514", "2001:db8::1", "[2001:db8::1]:1514"
inline std::optional<Server> read_server(std::string_view text) {
  const std::size_t colon = text.find(':');
  Server server{.address = text};
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return {};
    server.address = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!server.is_ipv6()) return {};
  } else if (colon != text.npos && colon == text.rfind(':')) {  // IPv6 has more
    server.address = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (port.empty()) return server;
  const char* const end = port.data() + port.size();
  const auto [rest, error] = std::from_chars(port.data() + 1, end, server.port);
  if (port[0] != ':' || error != std::errc{} || rest != end || server.port == 0) return {};
  return server;
}

}  // namespace wick
