// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/icmp_errors.h"

#include <cerrno>
#include <cstdint>

#include "lwip/icmp.h"
#include "lwip/icmp6.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/icmp6.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"
#include "lwip/prot/udp.h"

namespace wick::net {

void (*datagram_refused)(udp_pcb* block, int error) = nullptr;
void (*connection_refused)(tcp_pcb* block, int error) = nullptr;

namespace {

constexpr unsigned kIcmpHeader = 8;

/// An error that ends an attempt to connect, and, where it is hard, is a datagram's too: others may pass by themselves.
struct Meaning {
  int error;
  bool hard;
};

/// RFC 1122 §3.2.2.1. What isn't known is an unreachable host.
Meaning meaning4(std::uint8_t code) {
  switch (code) {
    case ICMP_DUR_NET:
    case 6:   // network unknown
    case 11:  // for this type of service
      return {ENETUNREACH, false};
    case ICMP_DUR_PROTO:
      return {ENOPROTOOPT, true};
    case ICMP_DUR_PORT:
      return {ECONNREFUSED, true};
    case ICMP_DUR_FRAG:  // a smaller packet may get through
      return {0, false};
    case 9:  // administratively prohibited
      return {ENETUNREACH, true};
    case 10:
    case 13:
      return {EHOSTUNREACH, true};
    default:
      return {EHOSTUNREACH, false};
  }
}

/// RFC 4443 §3.1.
Meaning meaning6(std::uint8_t code) {
  constexpr std::uint8_t kPolicy = 5, kRejected = 6;
  switch (code) {
    case 0:
      return {ENETUNREACH, false};
    case ICMP6_DUR_PORT:
      return {ECONNREFUSED, true};
    case ICMP6_DUR_PROHIBITED:
    case kPolicy:
    case kRejected:
      return {EACCES, true};
    default:
      return {EHOSTUNREACH, false};
  }
}

/// Whom an error is about: what of our packet the answer has to quote.
struct Sent {
  ip_addr_t own, peer;
  std::uint8_t protocol;
  std::uint16_t own_port, peer_port;  ///< host order
  std::uint32_t sequence;             ///< of TCP, host order
};

/// The first eight bytes behind the IP header. @return false: they aren't there
bool read_ports(const pbuf* packet, unsigned at, Sent& sent) {
  struct {
    std::uint16_t source, destination;
    std::uint32_t sequence;
  } header;
  if (pbuf_copy_partial(packet, &header, sizeof(header), static_cast<u16_t>(at)) != sizeof(header)) return false;
  sent.own_port = lwip_ntohs(header.source);
  sent.peer_port = lwip_ntohs(header.destination);
  sent.sequence = lwip_ntohl(header.sequence);
  return true;
}

void tell_datagrams(const Sent& sent, int error) {
  for (udp_pcb* block = udp_pcbs; block; block = block->next) {
    if ((block->flags & UDP_FLAGS_CONNECTED) == 0 || block->local_port != sent.own_port ||
        block->remote_port != sent.peer_port || !ip_addr_eq(&block->remote_ip, &sent.peer) ||
        !(ip_addr_isany(&block->local_ip) || ip_addr_eq(&block->local_ip, &sent.own))) {
      continue;
    }
    return datagram_refused(block, error);
  }
}

/// Of a SYN that is on its way, by its sequence number too, which others don't know (RFC 5927 §4.1).
void tell_connections(const Sent& sent, int error) {
  for (tcp_pcb* block = tcp_active_pcbs; block; block = block->next) {
    if (block->state == SYN_SENT && block->local_port == sent.own_port && block->remote_port == sent.peer_port &&
        ip_addr_eq(&block->remote_ip, &sent.peer) && ip_addr_eq(&block->local_ip, &sent.own) &&
        TCP_SEQ_GEQ(sent.sequence, block->lastack) && TCP_SEQ_LT(sent.sequence, block->snd_nxt)) {
      return connection_refused(block, error);
    }
  }
}

void tell(const Sent& sent, const Meaning& meaning) {
  if (sent.protocol == IP_PROTO_UDP && meaning.hard && datagram_refused) tell_datagrams(sent, meaning.error);
  if (sent.protocol == IP_PROTO_TCP && meaning.error != 0 && connection_refused) tell_connections(sent, meaning.error);
}

bool anybody() { return datagram_refused || connection_refused; }

void look4(const pbuf* packet, netif* interface) {
  icmp_hdr icmp;
  ip_hdr header;
  Sent sent;
  if (pbuf_copy_partial(packet, &icmp, sizeof(icmp), 0) != sizeof(icmp) || icmp.type != ICMP_DUR) return;
  if (pbuf_copy_partial(packet, &header, sizeof(header), kIcmpHeader) != sizeof(header) || IPH_V(&header) != 4 ||
      IPH_HL_BYTES(&header) < IP_HLEN || !read_ports(packet, kIcmpHeader + IPH_HL_BYTES(&header), sent)) {
    return;
  }
  const bool unchecked = !NETIF_CHECKSUM_ENABLED(interface, NETIF_CHECKSUM_CHECK_ICMP);
  if (!unchecked && inet_chksum_pbuf(const_cast<pbuf*>(packet)) != 0) return;
  sent.protocol = IPH_PROTO(&header);
  ip_addr_copy_from_ip4(sent.own, header.src);
  ip_addr_copy_from_ip4(sent.peer, header.dest);
  tell(sent, meaning4(icmp.code));
}

void look6(const pbuf* packet, netif* interface) {
  icmp6_hdr icmp;
  ip6_hdr header;
  Sent sent;
  if (pbuf_copy_partial(packet, &icmp, sizeof(icmp), 0) != sizeof(icmp) || icmp.type != ICMP6_TYPE_DUR) return;
  if (pbuf_copy_partial(packet, &header, sizeof(header), kIcmpHeader) != sizeof(header) ||
      !read_ports(packet, kIcmpHeader + IP6_HLEN, sent)) {
    return;
  }
  const bool unchecked = !NETIF_CHECKSUM_ENABLED(interface, NETIF_CHECKSUM_CHECK_ICMP6);
  if (!unchecked && ip6_chksum_pseudo(const_cast<pbuf*>(packet), IP6_NEXTH_ICMP6, packet->tot_len,
                                      ip6_current_src_addr(), ip6_current_dest_addr()) != 0) {
    return;
  }
  sent.protocol = IP6H_NEXTH(&header);
  ip_addr_copy_from_ip6_packed(sent.own, header.src);
  ip_addr_copy_from_ip6_packed(sent.peer, header.dest);
  ip6_addr_assign_zone(ip_2_ip6(&sent.own), IP6_UNICAST, interface);
  ip6_addr_assign_zone(ip_2_ip6(&sent.peer), IP6_UNICAST, interface);
  tell(sent, meaning6(icmp.code));
}

}  // namespace
}  // namespace wick::net

extern "C" {

void lwip_icmp_input(pbuf* packet, netif* interface);
void lwip_icmp6_input(pbuf* packet, netif* interface);

/// Called by lwIP for each ICMP packet; the subproject has put its own functions behind these names.
void icmp_input(pbuf* packet, netif* interface) {
  if (wick::net::anybody()) wick::net::look4(packet, interface);
  lwip_icmp_input(packet, interface);
}

void icmp6_input(pbuf* packet, netif* interface) {
  if (wick::net::anybody()) wick::net::look6(packet, interface);
  lwip_icmp6_input(packet, interface);
}

}  // extern "C"
