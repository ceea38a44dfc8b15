// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What lwIP does for IPv4 alone when a link returns: neighbours and switches are told where our addresses are.

#include "lwip/netif.h"

namespace wick::net {

/// An unsolicited neighbour advertisement (RFC 4861 §7.2.6) for each IPv6 address that the interface may use.
void announce6(netif& interface);

/// The interface has another Ethernet address: the link-local address follows from it, and those by routers' prefixes
/// are another machine's until a router tells its prefix again. Addresses that were set stay.
void renew6(netif& interface);

}  // namespace wick::net
