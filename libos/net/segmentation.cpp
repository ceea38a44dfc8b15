// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/segmentation.h"

#include "hooks.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/netif.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/tcp.h"

namespace {

constexpr unsigned kSegments = 11;  ///< at once: about the initial window of RFC 6928

}  // namespace

extern "C" {

std::uint16_t wick_net_full_size4, wick_net_full_size6;

void wick_net_enlarge(tcp_pcb* connection) {
  if (connection->mss == 0 || (connection->flags & TF_NODELAY) == 0) return;
  std::uint32_t large = kSegments * connection->mss;
  connection->mss = static_cast<std::uint16_t>(large);
  if (connection->cwnd < large) connection->cwnd = large;
}

err_t lwip_ip4_frag(pbuf* packet, netif* interface, const ip4_addr_t* destination);
err_t lwip_ip6_frag(pbuf* packet, netif* interface, const ip6_addr_t* destination);

/// Called by lwIP for each packet larger than the interface's MTU.
err_t ip4_frag(pbuf* packet, netif* interface, const ip4_addr_t* destination) {
  auto* header = static_cast<const ip_hdr*>(packet->payload);
  if (IPH_PROTO(header) == IP_PROTO_TCP) return interface->output(interface, packet, destination);
  return lwip_ip4_frag(packet, interface, destination);
}

err_t ip6_frag(pbuf* packet, netif* interface, const ip6_addr_t* destination) {
  auto* header = static_cast<const ip6_hdr*>(packet->payload);
  if (IP6H_NEXTH(header) == IP6_NEXTH_TCP) return interface->output_ip6(interface, packet, destination);
  return lwip_ip6_frag(packet, interface, destination);
}

}  // extern "C"

namespace wick::net {

void enable_segmentation(bool ipv4, bool ipv6, std::uint16_t mtu) {
  if (ipv4) wick_net_full_size4 = static_cast<std::uint16_t>(LWIP_MIN(TCP_MSS, mtu - kHeaders4));
  if (ipv6) wick_net_full_size6 = static_cast<std::uint16_t>(LWIP_MIN(TCP_MSS, LWIP_MAX(mtu, kMinMtu6) - kHeaders6));
}

}  // namespace wick::net
