// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/sockets/families.h"

namespace wick::net {

bool known(int family) {
  switch (family) {
    case AF_UNIX:
      return true;
    case AF_INET:
    case AF_INET6:
      return make_internet_socket;
    case AF_VSOCK:
      return make_vsock_socket;
    default:
      return false;
  }
}

int make_socket(int family, int type, int protocol, Socket*& made) {
  if (!known(family)) return -EAFNOSUPPORT;
  constexpr int kTypes = 11;  // that Linux has numbers for
  if (type < 0 || type >= kTypes) return -EINVAL;
  if (family == AF_UNIX) return make_unix_socket(type, protocol, made);
  if (family == AF_VSOCK) return make_vsock_socket(type, protocol, made);
  return make_internet_socket(family, type, protocol, made);
}

}  // namespace wick::net
