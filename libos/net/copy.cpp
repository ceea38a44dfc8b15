// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/copy.h"

#include <cstring>

#include "lwip/priv/tcp_priv.h"
#include "net/announce.h"
#include "net/drain.h"

namespace wick::net {
namespace {

tcp_pcb* with_others() {
  tcp_pcb* block = tcp_active_pcbs;
  while (block && with_ourselves(*block)) block = block->next;
  return block;
}

}  // namespace

void Interface::begin_again() {
  const drivers::NetworkInfo info = device_->info();
  if (std::memcmp(netif_.hwaddr, info.mac, ETH_HWADDR_LEN) != 0) {
    std::memcpy(netif_.hwaddr, info.mac, ETH_HWADDR_LEN);
    forget_hops();
    renew6(netif_);
  }
  link_returned();
}

void begin_again(Stack& stack) {
  while (tcp_pcb* block = with_others()) tcp_abort(block);
  for (unsigned number = 0; number < stack.count(); ++number) stack.interface(number).begin_again();
}

}  // namespace wick::net
