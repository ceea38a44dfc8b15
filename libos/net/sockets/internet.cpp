// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Between the addresses that the program names and the endpoints that lwIP knows.

#include "net/sockets/internet.h"

#include <netinet/in.h>

namespace wick::net {

InternetSocket::InternetSocket(int family) : Socket(family) {
  local_ = remote_ = {family == AF_INET ? *IP4_ADDR_ANY : *IP6_ADDR_ANY, 0};
}

int InternetSocket::bind_name(const sockaddr* name, socklen_t length) {
  Endpoint local;
  const int wrong = from_socket_address(name, length, family_, local);
  return wrong != 0 ? wrong : bind(local);
}

int InternetSocket::connect_name(const sockaddr* name, socklen_t length) {
  if (name && length >= sizeof(sa_family_t) && name->sa_family == AF_UNSPEC) return disconnect();
  Endpoint peer;
  const int wrong = from_socket_address(name, length, family_, peer);
  return wrong != 0 ? wrong : connect(peer);
}

int InternetSocket::own_name(sockaddr* name, socklen_t* length) const {
  Endpoint endpoint{};
  if (const int wrong = local(endpoint)) return wrong;
  to_socket_address(endpoint, family_, name, length);
  return 0;
}

int InternetSocket::peer_name(sockaddr* name, socklen_t* length) const {
  Endpoint endpoint{};
  if (const int wrong = peer(endpoint)) return wrong;
  to_socket_address(endpoint, family_, name, length);
  return 0;
}

void InternetSocket::caller_name(sockaddr* name, socklen_t* length) const {
  to_socket_address(remote_, family_, name, length);
}

int InternetSocket::protocol() const { return type() == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP; }

}  // namespace wick::net
