// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The end of the program, as the network sees it: what send() has accepted still goes out, because nobody else would
// send it. Closes what is open as close() does, then tells what is on its way. Who takes the stack's turns meanwhile is
// not its business.

#include <cstddef>

struct tcp_pcb;

namespace wick::net {

/// Whether both ends of a connection are this machine's.
bool with_ourselves(const tcp_pcb& block);

/// Ends every connection and every listener. Nothing of the program is called any more.
void end_connections();

/// What has not left yet. Connections of this machine with itself don't count.
struct Pending {
  unsigned connections = 0;  ///< with bytes or their end unacknowledged
  std::size_t bytes = 0;     ///< of those, queued
  unsigned frames = 0;       ///< datagrams: with the device, in front of it, or waiting for a neighbour's address
  unsigned half_closed = 0;  ///< connections that have said everything, whose peer has not ended yet
  bool none() const { return connections == 0 && frames == 0; }
};
Pending pending();

}  // namespace wick::net
