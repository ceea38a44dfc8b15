// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whom ARP has to find for a packet. Link-local addresses are on the link itself (RFC 3927 §2.6.2); but the one where
// clouds have the data of their machines is behind the router where there is one, and on the link not everybody answers
// for it.

#include <cstdint>

#include "lwip/netif.h"

namespace wick::net {

/// @return the router, or null where lwIP's own choice is right
inline const ip4_addr_t* router_to_instance_data(const netif& interface, const ip4_addr_t& to) {
  constexpr std::uint32_t kInstanceData = PP_HTONL(0xa9fea9fe);
  const ip4_addr_t* const router = netif_ip4_gw(&interface);
  return to.addr == kInstanceData && !ip4_addr_isany(router) ? router : nullptr;
}

}  // namespace wick::net
