// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The list that getaddrinfo() gives and freeaddrinfo() takes: one allocation an entry, the canonical name in that of
// the first.

#include <netdb.h>

#include "net/sockets/address.h"

namespace wick::net {

class AddressList {
 public:
  /// @param canonical for the first entry, or null  @param port host order
  AddressList(const char* canonical, std::uint16_t port) : canonical_(canonical), port_(port) {}

  /// One entry for each wanted type of socket. @param type 0: all that there are
  void add(const ip_addr_t& address, int family, int type);

  addrinfo* take() { return first_; }
  bool no_memory() const { return no_memory_; }

 private:
  void append(const Endpoint& endpoint, int family, int type);

  const char* canonical_;
  std::uint16_t port_;
  addrinfo* first_ = nullptr;
  addrinfo** end_ = &first_;
  bool no_memory_ = false;
};

}  // namespace wick::net
