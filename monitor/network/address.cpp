// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/address.h"

#include <arpa/inet.h>

namespace wick::monitor {

SocketAddress::SocketAddress(const Endpoint& end) : v6{} {
  if (end.address.is_v4()) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(end.port);
    v4.sin_addr.s_addr = htonl(end.address.to_v4());
  } else {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(end.port);
    std::memcpy(&v6.sin6_addr, end.address.bytes.data(), sizeof v6.sin6_addr);
  }
}

Endpoint SocketAddress::endpoint() const {
  if (any.sa_family == AF_INET) return {Address::v4(ntohl(v4.sin_addr.s_addr)), ntohs(v4.sin_port)};
  Endpoint end{{}, ntohs(v6.sin6_port)};
  std::memcpy(end.address.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
  return end;
}

std::optional<Address> parse_address(const std::string& text) {
  in_addr v4;
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return Address::v4(ntohl(v4.s_addr));
  Address v6;
  return inet_pton(AF_INET6, text.c_str(), v6.bytes.data()) == 1 ? std::optional(v6) : std::nullopt;
}

}  // namespace wick::monitor
