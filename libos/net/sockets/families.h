// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Making sockets of every family.

#include "net/sockets/socket.h"

namespace wick::net {

/// Whether there are sockets of this family.
constexpr bool known(int family) { return family == AF_INET || family == AF_INET6 || family == AF_UNIX; }

/// @return 0 or -errno
int make_socket(int family, int type, int protocol, Socket*& made);
int make_unix_socket(int type, int protocol, Socket*& made);
int make_unix_pair(int type, int protocol, Socket* (&made)[2]);

}  // namespace wick::net
