// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Making sockets of every family. Which there are follows from what is linked: those of the Internet with [network],
// those to the host with features.vsock.

#include "net/sockets/socket.h"

namespace wick::net {

/// Whether there are sockets of this family.
bool known(int family);

/// @return 0 or -errno
int make_socket(int family, int type, int protocol, Socket*& made);
int make_unix_socket(int type, int protocol, Socket*& made);
int make_unix_pair(int type, int protocol, Socket* (&made)[2]);
[[gnu::weak]] int make_internet_socket(int family, int type, int protocol, Socket*& made);
[[gnu::weak]] int make_vsock_socket(int type, int protocol, Socket*& made);

}  // namespace wick::net
