// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Sockets of the Internet, where there is a network: linked whole with its start (families.h).

#include <netinet/in.h>

#include "net/sockets/families.h"
#include "net/sockets/internet.h"

namespace wick::net {

int make_internet_socket(int family, int type, int protocol, Socket*& made) {
  if (type != SOCK_STREAM && type != SOCK_DGRAM) return -ESOCKTNOSUPPORT;
  if (protocol != 0 && protocol != (type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP)) return -EPROTONOSUPPORT;
  made = type == SOCK_STREAM ? make_stream_socket(family) : make_datagram_socket(family);
  return made ? 0 : -ENOBUFS;
}

}  // namespace wick::net
