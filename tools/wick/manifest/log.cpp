// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [log]: where syslog() sends its messages besides the appliance's own log.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <charconv>

#include "manifest/sections.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

/// IPv6 addresses of fe80::/10 (RFC 4291 §2.5.6) are on every link.
bool is_server_address(const std::string& text, bool six) {
  if (!six) return is_ipv4(text);
  in6_addr address;
  return is_ipv6(text) && inet_pton(AF_INET6, text.c_str(), &address) == 1 && !IN6_IS_ADDR_LINKLOCAL(&address);
}

/// "192.0.2.1", "192.0.2.1:1514", "2001:db8::1", "[2001:db8::1]:1514"
bool is_server(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const bool brackets = text.starts_with('['), six = brackets || text.find(':') != colon;
  const std::size_t end = brackets ? text.find(']') : six ? text.npos : colon;
  if (brackets && end == text.npos) return false;
  if (!is_server_address(text.substr(brackets ? 1 : 0, brackets ? end - 1 : end), six)) return false;
  const std::string port = end == text.npos ? "" : text.substr(brackets ? end + 1 : end);
  if (port.empty()) return true;
  std::uint16_t number = 0;
  const char* const last = port.data() + port.size();
  const auto [rest, error] = std::from_chars(port.data() + 1, last, number);
  return port[0] == ':' && error == std::errc{} && rest == last && number != 0;
}

}  // namespace

void read_log(Table& root, Manifest& manifest) {
  auto section = root.table("log");
  if (!section) return;
  if (auto server = section->string("syslog")) {
    manifest.syslog = server->value;
    if (!is_server(server->value)) {
      section->faults().add(
          server->place, fmt::format("log.syslog \"{}\" is not the address of a server.", server->value),
          "write an address that isn't link-local, and a port if it isn't 514: \"192.0.2.1\", \"[2001:db8::1]:1514\".");
    } else if (!manifest.network) {
      section->faults().add(server->place, "log.syslog needs a network, which this manifest lacks.",
                            "add [network], or remove the key.");
    }
  }
  section->finish();
}

}  // namespace wick::tool
