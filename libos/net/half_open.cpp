// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A listener takes no SYN while as many connections wait as its backlog has room for. Half-open ones whose senders
// never answer would keep it so for as long as somebody sends them (RFC 4987 §2): the one of them that was heard of
// least lately makes room for whoever comes next, without a word to its sender.

#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"
#include "net/pools.h"

extern "C" void wick_net_make_room(const tcp_pcb* listening, const tcp_hdr* header) {
  if ((TCPH_FLAGS(header) & (TCP_SYN | TCP_ACK)) != TCP_SYN) return;
  const auto* listener = reinterpret_cast<const tcp_pcb_listen*>(listening);
  if (listener->accepts_pending < listener->backlog && wick::net::has_room_for_connection()) return;
  tcp_pcb* oldest = nullptr;
  for (tcp_pcb* one = tcp_active_pcbs; one; one = one->next)  // who was heard of last stands in front
    if (one->state == SYN_RCVD && one->listener == listener) oldest = one;
  if (oldest) tcp_abandon(oldest, 0);
}
