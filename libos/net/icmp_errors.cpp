// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/icmp_errors.h"

#include <cerrno>
#include <cstdint>

#include "lwip/icmp.h"
#include "lwip/icmp6.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/icmp6.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/udp.h"

namespace wick::net {

void (*datagram_refused)(udp_pcb* block, int error) = nullptr;

namespace {

constexpr unsigned kIcmpHeader = 8;

/// @return 0 for errors that may pass by themselves
int hard_error4(std::uint8_t code) {
  switch (code) {
    case ICMP_DUR_PROTO:
      return ENOPROTOOPT;
    case ICMP_DUR_PORT:
      return ECONNREFUSED;
    case 9:  // RFC 1122 §3.2.2.1: administratively prohibited
      return ENETUNREACH;
    case 10:
    case 13:
      return EHOSTUNREACH;
    default:
      return 0;
  }
}

int hard_error6(std::uint8_t code) {
  if (code == ICMP6_DUR_PORT) return ECONNREFUSED;
  return code == ICMP6_DUR_PROHIBITED ? EACCES : 0;
}

/// @param peer to whom our datagram went  @param own our address in it
void tell(const ip_addr_t& own, const ip_addr_t& peer, const udp_hdr& header, int error) {
  for (udp_pcb* block = udp_pcbs; block != nullptr; block = block->next) {
    if ((block->flags & UDP_FLAGS_CONNECTED) == 0 || block->local_port != lwip_ntohs(header.src) ||
        block->remote_port != lwip_ntohs(header.dest) || !ip_addr_eq(&block->remote_ip, &peer) ||
        !(ip_addr_isany(&block->local_ip) || ip_addr_eq(&block->local_ip, &own))) {
      continue;
    }
    return datagram_refused(block, error);
  }
}

void look4(const pbuf* packet, netif* interface) {
  icmp_hdr icmp;
  ip_hdr sent;
  udp_hdr header;
  if (pbuf_copy_partial(packet, &icmp, sizeof(icmp), 0) != sizeof(icmp) || icmp.type != ICMP_DUR) return;
  if (pbuf_copy_partial(packet, &sent, sizeof(sent), kIcmpHeader) != sizeof(sent) || IPH_V(&sent) != 4 ||
      IPH_PROTO(&sent) != IP_PROTO_UDP || IPH_HL_BYTES(&sent) < IP_HLEN) {
    return;
  }
  const auto at = static_cast<u16_t>(kIcmpHeader + IPH_HL_BYTES(&sent));
  if (pbuf_copy_partial(packet, &header, sizeof(header), at) != sizeof(header)) return;
  const int error = hard_error4(icmp.code);
  const bool unchecked = !NETIF_CHECKSUM_ENABLED(interface, NETIF_CHECKSUM_CHECK_ICMP);
  if (error == 0 || (!unchecked && inet_chksum_pbuf(const_cast<pbuf*>(packet)) != 0)) return;
  ip_addr_t own, peer;
  ip_addr_copy_from_ip4(own, sent.src);
  ip_addr_copy_from_ip4(peer, sent.dest);
  tell(own, peer, header, error);
}

void look6(const pbuf* packet, netif* interface) {
  icmp6_hdr icmp;
  ip6_hdr sent;
  udp_hdr header;
  if (pbuf_copy_partial(packet, &icmp, sizeof(icmp), 0) != sizeof(icmp) || icmp.type != ICMP6_TYPE_DUR) return;
  if (pbuf_copy_partial(packet, &sent, sizeof(sent), kIcmpHeader) != sizeof(sent) ||
      IP6H_NEXTH(&sent) != IP6_NEXTH_UDP ||
      pbuf_copy_partial(packet, &header, sizeof(header), kIcmpHeader + IP6_HLEN) != sizeof(header)) {
    return;
  }
  const int error = hard_error6(icmp.code);
  const bool unchecked = !NETIF_CHECKSUM_ENABLED(interface, NETIF_CHECKSUM_CHECK_ICMP6);
  if (error == 0 || (!unchecked && ip6_chksum_pseudo(const_cast<pbuf*>(packet), IP6_NEXTH_ICMP6, packet->tot_len,
                                                     ip6_current_src_addr(), ip6_current_dest_addr()) != 0)) {
    return;
  }
  ip_addr_t own, peer;
  ip_addr_copy_from_ip6_packed(own, sent.src);
  ip_addr_copy_from_ip6_packed(peer, sent.dest);
  ip6_addr_assign_zone(ip_2_ip6(&own), IP6_UNICAST, interface);
  ip6_addr_assign_zone(ip_2_ip6(&peer), IP6_UNICAST, interface);
  tell(own, peer, header, error);
}

}  // namespace
}  // namespace wick::net

extern "C" {

void lwip_icmp_input(pbuf* packet, netif* interface);
void lwip_icmp6_input(pbuf* packet, netif* interface);

/// Called by lwIP for each ICMP packet; the subproject has put its own functions behind these names.
void icmp_input(pbuf* packet, netif* interface) {
  if (wick::net::datagram_refused != nullptr) wick::net::look4(packet, interface);
  lwip_icmp_input(packet, interface);
}

void icmp6_input(pbuf* packet, netif* interface) {
  if (wick::net::datagram_refused != nullptr) wick::net::look6(packet, interface);
  lwip_icmp6_input(packet, interface);
}

}  // extern "C"
