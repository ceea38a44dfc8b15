// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// ICMP's answers to our datagrams ("port unreachable"), which lwIP's core leaves aside. They are looked at in front of
// its ICMP input, so other packets pay nothing.

#include "lwip/udp.h"

namespace wick::net {

/// Called for an error that concerns a connected block: a hard one as RFC 1122 §4.1.3.3 and §4.2.3.9 sort them. Null
/// while nobody has sockets for datagrams.
extern void (*datagram_refused)(udp_pcb* block, int error);

}  // namespace wick::net
