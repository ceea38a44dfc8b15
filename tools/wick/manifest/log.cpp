// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [log]: where syslog() sends its messages besides the appliance's own log.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include "abi/server.h"
#include "manifest/sections.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

bool is_server(const std::string& text) {
  const auto server = read_server(text);
  if (!server) return false;
  if (!server->is_ipv6()) return is_ipv4(server->address);
  in6_addr address;  // those of fe80::/10 (RFC 4291 §2.5.6) are on every link
  return is_ipv6(server->address) && inet_pton(AF_INET6, std::string(server->address).c_str(), &address) == 1 &&
         !IN6_IS_ADDR_LINKLOCAL(&address);
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
