// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The Ethernet headers that ARP has put before packets, by the address that they went to, so that it needn't be asked
// for each packet. They are good for as long as ARP neither hears nor forgets anything; after a change
// of gateway or netmask for a second at most, as ARP forgets once a second.

#include "lwip/netif.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/iana.h"

namespace wick::net {

/// Whom ARP has to find for a packet, before it looks at networks and routers itself. Link-local addresses are on the
/// link (RFC 3927 §2.6.2); but the one where clouds have the data of their machines is behind the router where there is
/// one, and on the link not everybody answers for it.
inline const ip4_addr_t* next_hop(const netif& interface, const ip4_addr_t* to) {
  constexpr std::uint32_t kInstanceData = PP_HTONL(0xa9fea9fe);
  const ip4_addr_t* const router = netif_ip4_gw(&interface);
  return to->addr == kInstanceData && !ip4_addr_isany(router) ? router : to;
}

class NextHops {
 public:
  constexpr NextHops() = default;

  void forget() { ++era_; }

  /// @param to network order  @return null when ARP has to be asked
  const eth_hdr* find(std::uint32_t to) const {
    const Hop& hop = hops_[place(to)];
    return hop.to == to && hop.known_in == era_ + 1 ? &hop.header : nullptr;
  }

  /// ARP has a packet to this address in hand: what it does with it is learned from, up to stop().
  void start(std::uint32_t to) {
    learning_ = &hops_[place(to)];
    *learning_ = {.to = to, .known_in = 0, .header = {}};
  }
  void stop() { learning_ = nullptr; }

  /// A frame goes out: that packet, or a question of ARP's.
  void sent(const eth_hdr& header) {
    if (!learning_ || header.type != PP_HTONS(ETHTYPE_IP) || (header.dest.addr[0] & 1) != 0) return;
    learning_->header = header;
    learning_->known_in = era_ + 1;
  }

 private:
  struct Hop {
    std::uint32_t to, known_in;  ///< an era, counted from 1
    eth_hdr header;
  };
  static constexpr unsigned kHops = 16;  ///< a power of two
  static unsigned place(std::uint32_t to) { return (to >> 24) % kHops; }

  Hop hops_[kHops]{};
  Hop* learning_ = nullptr;
  std::uint32_t era_ = 0;
};

}  // namespace wick::net
