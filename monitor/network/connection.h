// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// One TCP connection: the guest's half of it, which ends here, and a socket of the host's. Between the two nothing is
// ever lost on the way out of the guest, and little on the way in, so this is less than TCP over a world: no estimate
// of times, no congestion; what isn't acknowledged in time goes again from there on.

#include "abi/host/forward.h"
#include "monitor/network/packet.h"
#include "monitor/network/queue.h"
#include "monitor/network/source.h"

namespace wick::monitor {

/// A port of the host's that leads to the guest.
struct Listener : Source {
  Forward forward{};
  bool answered = false;  ///< this guest, in this life, has taken a connection there
  unsigned asked = 0;     ///< clients for whom the guest hasn't answered
  bool crowded = false;   ///< those who come wait until fewer are asked for
  bool brings = false;    ///< a socket whose messages bring connections, instead of one that listens
};

inline constexpr std::int64_t kNeverDue = INT64_MAX;

struct Connection : Source {
  enum class Phase {
    asking,      ///< the host's client waits, the guest hasn't answered
    connecting,  ///< the guest waits, the host's socket isn't connected
    answered,    ///< and now it is: the guest's acknowledgement is missing
    open,
  };

  Connection() : Source{Kind::connection} {}

  Phase phase = Phase::asking;
  Pair pair;
  Endpoint client;               ///< asking: as the guest will see it
  Listener* listener = nullptr;  ///< of a forward
  bool known = false;            ///< the table has it under `pair`
  bool dead = false;

  // From the guest (RFC 9293 §3.3.1: RCV.NXT, and the right edge of the window that it knows of).
  std::uint32_t expected = 0, edge = 0;
  std::uint32_t unacknowledged = 0;  ///< bytes since the last acknowledgement
  ByteQueue to_host;
  bool guest_done = false, told_host = false, end_taken = false;

  // To the guest (SND.UNA, SND.NXT, the furthest that was sent). The queue begins at `first`.
  std::uint32_t first = 0, next = 0, furthest = 0;
  std::uint32_t window = 0;
  std::uint8_t scale = 0;
  bool scales = false;  ///< both sides do
  std::uint16_t largest = 536;
  ByteQueue to_guest;
  bool host_done = false, fin_sent = false, fin_taken = false;

  // What the host's socket has, as epoll's edges tell it.
  bool readable = false, ends = false;

  // What is to be done.
  bool wants_syn = false, wants_ack = false;
  bool probes = false;  ///< sends a byte beyond the guest's window, to hear of it
  unsigned tries = 0, repeated = 0;
  std::int64_t resend_due = kNeverDue, ack_due = kNeverDue, end_due = kNeverDue, give_up = kNeverDue;

  Link<Connection> ready, timed, all;
};

}  // namespace wick::monitor
