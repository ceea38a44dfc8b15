// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// ICMP's answers to our datagrams and to our attempts to connect ("port unreachable"), which lwIP's core leaves aside.
// They are looked at in front of its ICMP input, so other packets pay nothing.

#include "lwip/tcp.h"
#include "lwip/udp.h"

namespace wick::net {

/// Called for an error that concerns a connected block: a hard one as RFC 1122 §4.1.3.3 and §4.2.3.9 sort them. Null
/// while nobody has sockets for datagrams.
extern void (*datagram_refused)(udp_pcb* block, int error);

/// Called for any error that answers the SYN of a block that is about to connect; it may free that. One that stands
/// goes on until its own time limit, whatever ICMP says (RFC 5927 §4). Null while nobody has sockets for connections.
extern void (*connection_refused)(tcp_pcb* block, int error);

}  // namespace wick::net
