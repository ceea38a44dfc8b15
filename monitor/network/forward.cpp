// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/forward.h"

#include <arpa/inet.h>

#include <charconv>
#include <optional>

namespace wick::monitor {
namespace {

std::optional<std::uint16_t> port(std::string_view text) {
  std::uint16_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0) return {};
  return value;
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::unexpected<std::string> wrong(std::string_view part, std::string_view whole, const char* what) {
  return std::unexpected(quoted(part) + " in the port forward " + quoted(whole) + " is " + what);
}

}  // namespace

std::expected<Forward, std::string> parse_forward(std::string_view text) {
  Forward forward{false, htonl(INADDR_LOOPBACK), 0, 0};
  std::string_view rest = text;
  if (auto slash = rest.find('/'); slash != rest.npos) {
    std::string_view protocol = rest.substr(slash + 1);
    if (protocol != "tcp" && protocol != "udp") return wrong(protocol, text, "neither tcp nor udp");
    forward.udp = protocol == "udp";
    rest = rest.substr(0, slash);
  }

  auto last = rest.rfind(':');
  std::string_view guest = last == rest.npos ? rest : rest.substr(last + 1);
  std::string_view host = last == rest.npos ? rest : rest.substr(0, last);
  if (auto first = host.rfind(':'); first != host.npos) {
    std::string address(host.substr(0, first));
    in_addr parsed{};
    if (inet_pton(AF_INET, address.c_str(), &parsed) != 1) return wrong(address, text, "not an IPv4 address");
    forward.address = parsed.s_addr;
    host = host.substr(first + 1);
  }
  if (host.empty() || guest.empty()) {
    return std::unexpected(quoted(text) +
                           " is not a port forward (write for example 8080:80, 0.0.0.0:8080:80 or 5353:53/udp)");
  }
  for (auto [part, to] : {std::pair{host, &forward.host_port}, std::pair{guest, &forward.guest_port}}) {
    auto value = port(part);
    if (!value) return wrong(part, text, "not a port from 1 to 65535");
    *to = *value;
  }
  return forward;
}

std::string address_text(std::uint32_t address) {
  char text[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, &address, text, sizeof text);
  return text;
}

}  // namespace wick::monitor
