// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What lwIP does for IPv4 alone when a link returns: neighbours and switches are told where our addresses are.

#include "lwip/netif.h"

namespace wick::net {

/// An unsolicited neighbour advertisement (RFC 4861 §7.2.6) for each IPv6 address that the interface may use.
void announce6(netif& interface);

}  // namespace wick::net
