// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/announce.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "lwip/icmp6.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip6.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/nd6.h"

namespace wick::net {
namespace {

constexpr std::uint8_t kHopLimit = 255;   ///< RFC 4861 §7.1.2: who takes it in knows that no router has sent it
constexpr std::uint8_t kOptionUnits = 1;  ///< of eight bytes: type, length and an Ethernet address

/// §4.4, with the option that names our link-layer address.
struct Advertisement {
  na_header header;
  std::uint8_t option, option_units, mac[ETH_HWADDR_LEN];
};
static_assert(sizeof(Advertisement) == sizeof(na_header) + 8 * kOptionUnits);

void advertise(netif& interface, const ip6_addr_t& address) {
  pbuf* const packet = pbuf_alloc(PBUF_IP, sizeof(Advertisement), PBUF_RAM);
  if (!packet) return;  // the next one who asks hears it
  Advertisement message{};
  message.header.type = ICMP6_TYPE_NA;
  message.header.flags = ND6_FLAG_OVERRIDE;
  ip6_addr_copy_to_packed(message.header.target_address, address);
  message.option = ND6_OPTION_TYPE_TARGET_LLADDR;
  message.option_units = kOptionUnits;
  std::memcpy(message.mac, interface.hwaddr, sizeof message.mac);
  std::memcpy(packet->payload, &message, sizeof message);
  ip6_addr_t all_nodes;
  ip6_addr_set_allnodes_linklocal(&all_nodes);
  ip6_addr_assign_zone(&all_nodes, IP6_MULTICAST, &interface);
  const std::uint16_t sum = ip6_chksum_pseudo(packet, IP6_NEXTH_ICMP6, packet->tot_len, &address, &all_nodes);
  std::memcpy(static_cast<std::uint8_t*>(packet->payload) + offsetof(na_header, chksum), &sum, sizeof sum);
  (void)ip6_output_if(packet, &address, &all_nodes, kHopLimit, 0, IP6_NEXTH_ICMP6, &interface);
  pbuf_free(packet);
}

}  // namespace

void announce6(netif& interface) {
  for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; ++i)
    if (ip6_addr_isvalid(netif_ip6_addr_state(&interface, i))) advertise(interface, *netif_ip6_addr(&interface, i));
}

void renew6(netif& interface) {
  if (ip6_addr_isinvalid(netif_ip6_addr_state(&interface, 0))) return;  // without IPv6
  for (s8_t i = 1; i < LWIP_IPV6_NUM_ADDRESSES; ++i)
    if (!netif_ip6_addr_isstatic(&interface, i)) netif_ip6_addr_set_state(&interface, i, IP6_ADDR_INVALID);
  netif_ip6_addr_set_state(&interface, 0, IP6_ADDR_INVALID);  // leaves the group of its solicitations
  netif_create_ip6_linklocal_address(&interface, 1);
}

}  // namespace wick::net
