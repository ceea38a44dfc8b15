// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Socket addresses: between the program's struct sockaddr and lwIP's form. A socket of family AF_INET6 that is not
// restricted to IPv6 sees IPv4 peers as mapped addresses (RFC 4291 §2.5.5.2).

#include <sys/socket.h>

#include <cstdint>

#include "lwip/err.h"
#include "lwip/ip_addr.h"

namespace wick::net {

struct Endpoint {
  ip_addr_t address;
  std::uint16_t port;  ///< host order
};

/// @return 0 or -errno
int from_socket_address(const sockaddr* address, socklen_t length, int family, Endpoint& to);

/// Writes as much as `*length` allows and sets it to the full length. Null pointers are allowed.
void to_socket_address(const Endpoint& from, int family, sockaddr* address, socklen_t* length);

/// Zero as a destination is this machine itself, as on Linux.
void here_if_any(Endpoint& peer, int family);

/// Whether an address may be bound: nobody's in particular, or one of our own. @return 0 or -EADDRNOTAVAIL
int own_address(const ip_addr_t& address, bool datagrams);

/// Whether sockets at these addresses, of one port, would stand in each other's way.
bool overlap(const ip_addr_t& a, const ip_addr_t& b);

/// An unused port that nobody can foretell (RFC 6056 §3.3.1). @param used says whether a port is taken
/// @return 0 when all are
std::uint16_t pick_port(bool (*used)(std::uint16_t port));

/// errno for an lwIP error.
int errno_of(err_t error);

}  // namespace wick::net
