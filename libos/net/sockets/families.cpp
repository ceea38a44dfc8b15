// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/sockets/families.h"

#include <netinet/in.h>

#include "net/sockets/internet.h"

namespace wick::net {

int make_socket(int family, int type, int protocol, Socket*& made) {
  if (!known(family)) return -EAFNOSUPPORT;
  constexpr int kTypes = 11;  // that Linux has numbers for
  if (type < 0 || type >= kTypes) return -EINVAL;
  if (family == AF_UNIX) return make_unix_socket(type, protocol, made);
  if (type != SOCK_STREAM && type != SOCK_DGRAM) return -ESOCKTNOSUPPORT;
  if (protocol != 0 && protocol != (type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP)) return -EPROTONOSUPPORT;
  made = type == SOCK_STREAM ? make_stream_socket(family) : make_datagram_socket(family);
  return made ? 0 : -ENOBUFS;
}

}  // namespace wick::net
