// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/report.h"

#include "lwip/ip_addr.h"
#include "net/address_text.h"
#include "net/stack.h"
#include "trace/log.h"

namespace wick::net {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kFirstComplaint = 4, kMaxPause = 300;  // seconds

netif* waiting = nullptr;
std::uint64_t next_complaint = ~0ull;
std::uint64_t pause = kFirstComplaint;

/// What has been logged of one interface.
struct Known {
  ip4_addr_t address;
  std::uint8_t states[LWIP_IPV6_NUM_ADDRESSES];
};
Known known[kMaxInterfaces];

unsigned prefix_length(const netif& interface) {
  return static_cast<unsigned>(__builtin_popcount(netif_ip4_netmask(&interface)->addr));
}

void write(const void* address, std::size_t bytes, std::span<char> to) {
  (void)write_address({static_cast<const std::uint8_t*>(address), bytes}, to);
}

void report4(unsigned number, const netif& interface, Known& before) {
  const ip4_addr_t now = *netif_ip4_addr(&interface);
  if (ip4_addr_eq(&now, &before.address)) return;
  before.address = now;
  char address[kMaxAddressText], gateway[kMaxAddressText];
  write(&now.addr, 4, address);
  write(&netif_ip4_gw(&interface)->addr, 4, gateway);
  log::write(log::Level::info, "network %u: IPv4 address %s/%u, gateway %s", number, address, prefix_length(interface),
             gateway);
}

void report6(unsigned number, const netif& interface, Known& before) {
  for (s8_t at = 0; at < LWIP_IPV6_NUM_ADDRESSES; ++at) {
    const std::uint8_t state = netif_ip6_addr_state(&interface, at);
    const bool valid = ip6_addr_isvalid(state) && !ip6_addr_isvalid(before.states[at]);
    before.states[at] = state;
    if (!valid) continue;
    char address[kMaxAddressText];
    write(netif_ip6_addr(&interface, at)->addr, 16, address);
    log::write(log::Level::info, "network %u: IPv6 address %s/64", number, address);
  }
}

void changed(netif* interface) {
  Stack& all = stack();
  for (unsigned number = 0; number < all.count(); ++number) {
    if (&all.interface(number).lwip() != interface) continue;
    report4(number, *interface, known[number]);
    report6(number, *interface, known[number]);
  }
  if (interface == waiting && !ip4_addr_isany_val(*netif_ip4_addr(interface))) {
    waiting = nullptr;
    next_complaint = ~0ull;
  }
}

}  // namespace

void report_addresses(Interface& interface) { netif_set_status_callback(&interface.lwip(), changed); }

void expect_dhcp(Interface& interface, Nanoseconds now) {
  waiting = &interface.lwip();
  next_complaint = raw(now) + kFirstComplaint * kSecond;
}

Nanoseconds report_progress(Nanoseconds now) {
  if (raw(now) >= next_complaint) {
    log::write(log::Level::warning, "network %u: no DHCP server has answered yet, asking on", waiting->num - 1u);
    pause = pause * 2 < kMaxPause ? pause * 2 : kMaxPause;
    next_complaint = raw(now) + pause * kSecond;
  }
  return Nanoseconds{next_complaint};
}

}  // namespace wick::net
