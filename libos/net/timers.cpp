// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/timers.h"

#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/mld6.h"
#include "lwip/nd6.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/dhcp.h"
#include "net/stack.h"

namespace wick::net {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kNoTime = ~0ull;

bool dhcp_unsettled() {
  netif* interface;
  NETIF_FOREACH(interface) {
    const dhcp* client = netif_dhcp_data(interface);
    if (client && client->state != DHCP_STATE_OFF && client->state != DHCP_STATE_BOUND) return true;
  }
  return false;
}

bool dhcp_running() {
  netif* interface;
  NETIF_FOREACH(interface) {
    if (netif_dhcp_data(interface)) return true;
  }
  return false;
}

bool reports_due() {
  netif* interface;
  NETIF_FOREACH(interface) {
    for (const mld_group* group = netif_mld6_data(interface); group; group = group->next) {
      if (group->timer != 0) return true;
    }
  }
  return false;
}

/// Neighbours, routers and prefixes are for whoever has an address, of which the first is of the link. Not asked of the
/// loopback, which has nobody but itself.
bool has_address6() {
  for (unsigned number = 0; number < stack().count(); ++number)
    if (!ip6_addr_isinvalid(netif_ip6_addr_state(&stack().interface(number).lwip(), 0))) return true;
  return false;
}

bool tcp_needed() { return tcp_active_pcbs || tcp_tw_pcbs; }

}  // namespace

/// Whether the interval has passed; the first time it only starts.
bool Timers::Period::due(std::uint64_t now, std::uint64_t interval) {
  if (next == 0 || now >= next + 4 * interval) {
    bool first = next == 0;
    next = now + interval;
    return !first;
  }
  if (now < next) return false;
  next += interval;
  return true;
}

Nanoseconds Timers::run_due(Nanoseconds instant) {
  std::uint64_t now = raw(instant);
  std::uint64_t wake = kNoTime;
  tcp_started = false;
  auto periodic = [&](Period& period, bool needed, std::uint64_t milliseconds, auto work) {
    if (!needed) {
      period.next = 0;
      return;
    }
    if (period.due(now, milliseconds * kMillisecond)) work();
    if (period.next < wake) wake = period.next;
  };
  periodic(tcp_, tcp_needed(), TCP_TMR_INTERVAL, [] { tcp_tmr(); });
  periodic(second_, true, 1000, [] {
    etharp_tmr();
    for (unsigned number = 0; number < stack().count(); ++number) stack().interface(number).forget_hops();
    ip_reass_tmr();
    if (has_address6()) nd6_tmr();
    ip6_reass_tmr();
  });
  periodic(dhcp_fine_, dhcp_unsettled(), DHCP_FINE_TIMER_MSECS, [] { dhcp_fine_tmr(); });
  periodic(dhcp_coarse_, dhcp_running(), DHCP_COARSE_TIMER_MSECS, [] { dhcp_coarse_tmr(); });
  periodic(mld_, reports_due(), MLD6_TMR_INTERVAL, [] { mld6_tmr(); });
  wake_ = Nanoseconds{wake};
  return wake_;
}

bool Timers::tcp_started = false;

}  // namespace wick::net

extern "C" void tcp_timer_needed() { wick::net::Timers::tcp_started = true; }
