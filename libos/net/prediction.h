// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Header prediction, as TCPs have had it since 1990: nearly every segment of a connection that stands is the next one
// in order, or acknowledges something, and nothing else. Such a one needs few of the questions that lwIP asks each.
// Whatever isn't as foretold goes lwIP's way, untouched.

#include "lwip/netif.h"
#include "lwip/pbuf.h"

namespace wick::net {

/// @param packet an IPv4 packet whose TCP checksum is right, from its IP header on, of 20 bytes or more, sent to
/// this station alone  @return whether it was as foretold: then it is dealt with
bool take_predicted(pbuf* packet, netif& interface);

}  // namespace wick::net
