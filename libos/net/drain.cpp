// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/drain.h"

#include "lwip/memp.h"
#include "lwip/priv/tcp_priv.h"
#include "net/owner.h"
#include "net/pools.h"
#include "net/stack.h"

namespace wick::net {
namespace {

/// The first that the program still holds, or null.
tcp_pcb* owned() {
  for (tcp_pcb* list : {tcp_active_pcbs, tcp_bound_pcbs, tcp_tw_pcbs}) {
    for (; list; list = list->next) {
      if (owner_of(list)) return list;
    }
  }
  return nullptr;
}

}  // namespace

bool with_ourselves(const tcp_pcb& block) {
  return ip_addr_isloopback(&block.remote_ip) || ip_addr_eq(&block.remote_ip, &block.local_ip);
}

void end_connections() {
  // The program may have ended inside of a callback, which never returns: lwIP must not wait for that.
  tcp_input_pcb = nullptr;
  while (tcp_listen_pcbs.listen_pcbs) {
    tcp_listen_pcbs.listen_pcbs->callback_arg = nullptr;
    (void)tcp_close(tcp_listen_pcbs.pcbs);
  }
  while (tcp_pcb* block = owned()) {
    const Owner* owner = owner_of(block);
    void* object = block->ext_args[0].data;
    disown(block);
    owner->end(object);
  }
}

Pending pending() {
  Pending sum;
  for (const tcp_pcb* block = tcp_active_pcbs; block; block = block->next) {
    if (with_ourselves(*block) || block->state == SYN_SENT || block->state == SYN_RCVD) continue;
    const bool waits = block->unsent || block->unacked || (block->flags & TF_CLOSEPEND) != 0;
    if (waits || block->state == FIN_WAIT_1 || block->state == CLOSING || block->state == LAST_ACK) {
      ++sum.connections;
      sum.bytes += TCP_SND_BUF - block->snd_buf;
    } else if (block->state == FIN_WAIT_2) {
      ++sum.half_closed;
    }
  }
  Stack& all = stack();
  for (unsigned number = 0; number < all.count(); ++number) sum.frames += all.interface(number).unsent_frames();
  sum.frames += in_use(MEMP_ARP_QUEUE) + in_use(MEMP_ND6_QUEUE);
  return sum;
}

}  // namespace wick::net
