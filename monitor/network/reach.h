// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where a guest may go. Decided here for every connection and datagram that it begins, outside of the guest: the world,
// a list of places, or nowhere; of this host's loopback only the ports that the user named; and never, by any way of
// writing it, what only this host or its link can reach: its own addresses, link-local ones (with a cloud's metadata),
// multicast, and IPv6 addresses that hold such an IPv4 one.

#include <optional>
#include <string_view>
#include <vector>

#include "monitor/network/destinations.h"

namespace wick::monitor {

/// Whether the address belongs to the host or its link alone, whatever host it is.
bool is_near(const Address& address);

class Reach {
 public:
  /// Before the jail: learns the host's addresses.
  void start(Destinations outgoing, std::vector<std::uint16_t> loopback_ports);

  /// @return where the host's socket shall be connected to; nothing when the guest may not go there
  std::optional<Endpoint> translate(const Endpoint& to) const;

  /// The same as a socket's address, with the host's name server for the guest's. @param names whether that one may be
  /// asked as it is
  std::optional<SocketAddress> socket_address(const Endpoint& to, bool names) const;
  static bool is_name_server(const Endpoint& end) {
    return (end.address == kNames4 || end.address == kNames6) && end.port == 53;
  }

  bool has_list() const { return outgoing_.kind == Destinations::Kind::list; }
  /// Whether the list has the name.
  bool names(std::string_view name) const;
  /// An address of a name of the list, as a name server has told it: reachable from now on.
  void pin(std::string_view name, const Address& address);
  /// Whether a name may lead there: the answer of a name server must not open what is closed.
  bool may_be_outside(const Address& address) const;

 private:
  bool is_own(const Address& address) const;

  Destinations outgoing_;
  std::vector<std::uint16_t> loopback_ports_;
  std::vector<Address> own_;
  std::vector<Endpoint> pinned_;  ///< oldest first
  int probe4_ = -1, probe6_ = -1;
};

}  // namespace wick::monitor
