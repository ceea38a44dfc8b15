// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/copy.h"

#include <cstring>

#include "lwip/etharp.h"
#include "lwip/nd6.h"
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

void Interface::take_address() {
  const drivers::NetworkInfo info = device_->info();
  forget_hops();
  if (std::memcmp(netif_.hwaddr, info.mac, ETH_HWADDR_LEN) == 0) return;
  std::memcpy(netif_.hwaddr, info.mac, ETH_HWADDR_LEN);
  renew6(netif_);
}

void Interface::begin_again() {
  etharp_cleanup_netif(&netif_);
  nd6_cleanup_netif(&netif_);
  forget_hops();
  link_returned();
}

// The resets bear the address of now. Those whom they went to may be other machines' neighbours by now, so whoever was
// known is asked for again only behind them.
void begin_again(Stack& stack) {
  for (unsigned number = 0; number < stack.count(); ++number) stack.interface(number).take_address();
  while (tcp_pcb* block = with_others()) tcp_abort(block);
  for (unsigned number = 0; number < stack.count(); ++number) stack.interface(number).begin_again();
}

}  // namespace wick::net
