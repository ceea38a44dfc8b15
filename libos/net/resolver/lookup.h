// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Finding the addresses of a name by DNS: the calling thread asks the configured servers one after the other, over
// sockets of its own with a port and ids that nobody can foretell, and over TCP what does not fit a datagram. Threads
// ask independently of each other, so there is no limit on questions at once but the sockets'.

#include "net/resolver/message.h"
#include "net/sockets/address.h"

namespace wick::net {

enum class Trouble : std::uint8_t {
  none,
  no_such_name,  ///< the servers know that there is none, or the name can't be one
  no_address,    ///< the name is there, without an address of the wanted kind
  again,         ///< no answer, or a server that failed: it may work later
  refused,       ///< the servers don't answer such questions
  no_memory,
};

/// What was found. Free with release().
struct Addresses {
  ip_addr_t* list = nullptr;
  std::size_t count = 0, room = 0;
  bool no_memory = false;
  char canonical[dns::kMaxName + 1] = {};  ///< the name at the end of its aliases

  void add(std::span<const std::uint8_t> address);
  void release();
};

/// Asks for IPv4 addresses, IPv6 addresses or both at once.
Trouble look_up(std::string_view name, bool ipv4, bool ipv6, Addresses& to);

}  // namespace wick::net
