// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Ports of the host that lead to the guest, and how people write them, for `wick run -p` and for the monitor's own -p,
// which takes what the tool writes. Pure: opens nothing. For programs of the host.

#include <arpa/inet.h>

#include <charconv>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace wick {

/// A port of the host that leads to one of the guest's.
struct Forward {
  std::uint16_t host_port = 0, guest_port = 0;
  bool udp = false;
  std::uint32_t address = htonl(INADDR_LOOPBACK);  ///< of the host, IPv4, network order
};

/// "127.0.0.1"
inline std::string address_text(std::uint32_t address) {
  char text[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, &address, text, sizeof text);
  return text;
}

/// As parse_forward() takes it; the address only where it isn't 127.0.0.1.
inline std::string forward_text(const Forward& forward) {
  const std::string address = forward.address == Forward{}.address ? "" : address_text(forward.address) + ":";
  return address + std::to_string(forward.host_port) + ":" + std::to_string(forward.guest_port) +
         (forward.udp ? "/udp" : "");
}

/// "8080:80", "80" (the same on both sides), "0.0.0.0:8080:80", each also with "/tcp" or "/udp".
/// @return what is wrong with `text` in one sentence without a full stop
inline std::expected<Forward, std::string> parse_forward(std::string_view text) {
  const auto quoted = [](std::string_view part) { return '"' + std::string(part) + '"'; };
  const auto wrong = [&](std::string_view part, const char* what) {
    return std::unexpected(quoted(part) + " in the port forward " + quoted(text) + " is " + what);
  };
  const auto port = [](std::string_view digits) -> std::optional<std::uint16_t> {
    std::uint16_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || value == 0) return {};
    return value;
  };
  Forward forward;
  std::string_view rest = text;
  if (const auto slash = rest.find('/'); slash != rest.npos) {
    const std::string_view protocol = rest.substr(slash + 1);
    if (protocol != "tcp" && protocol != "udp") return wrong(protocol, "neither tcp nor udp");
    forward.udp = protocol == "udp";
    rest = rest.substr(0, slash);
  }

  const auto last = rest.rfind(':');
  const std::string_view guest = last == rest.npos ? rest : rest.substr(last + 1);
  std::string_view host = last == rest.npos ? rest : rest.substr(0, last);
  if (const auto first = host.rfind(':'); first != host.npos) {
    const std::string address(host.substr(0, first));
    in_addr parsed{};
    if (inet_pton(AF_INET, address.c_str(), &parsed) != 1) return wrong(address, "not an IPv4 address");
    forward.address = parsed.s_addr;
    host = host.substr(first + 1);
  }
  if (host.empty() || guest.empty())
    return std::unexpected(quoted(text) +
                           " is not a port forward (write for example 8080:80, 0.0.0.0:8080:80 or 5353:53/udp)");
  for (const auto& [part, to] : {std::pair{host, &forward.host_port}, std::pair{guest, &forward.guest_port}}) {
    const auto value = port(part);
    if (!value) return wrong(part, "not a port from 1 to 65535");
    *to = *value;
  }
  return forward;
}

}  // namespace wick
