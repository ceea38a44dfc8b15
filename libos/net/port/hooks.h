// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The places inside of lwIP where the port has a say: unpredictable initial sequence numbers (RFC 6528), larger
// segments for connections whose device cuts them (net/segmentation.h), segments foretold (net/prediction.h), ports
// used again early, half-open connections that make room, a configured IPv6 gateway.
#ifndef WICK_LWIP_HOOKS_H
#define WICK_LWIP_HOOKS_H

#include "lwip/netif.h"
#include "lwip/tcp.h"

struct tcp_hdr;  // lwip/prot/tcp.h, which includes this

#ifdef __cplusplus
extern "C" {
#endif

/// The segment sizes that mark a connection as one to enlarge, for IPv4 and IPv6; 0 while no device segments.
extern uint16_t wick_net_full_size4, wick_net_full_size6;
void wick_net_enlarge(struct tcp_pcb* connection);

static inline void wick_net_fit_segments(struct tcp_pcb* connection) {
  if (connection->mss == wick_net_full_size4 || connection->mss == wick_net_full_size6) wick_net_enlarge(connection);
}

/// Lets the connection's next segments be foretold (net/prediction.h).
void wick_net_expect_more(struct tcp_pcb* connection);

/// Lets a SYN end TIME_WAIT (reopen.cpp). @return ERR_OK: not such a SYN; else the packet is dealt with
err_t wick_net_reopen(struct tcp_pcb* connection, struct tcp_hdr* header, const void* split_options,
                      struct pbuf* packet);

/// Before a listener looks at a segment: lets a half-open connection make room for a SYN (half_open.cpp).
void wick_net_make_room(const struct tcp_pcb* listening, const struct tcp_hdr* header);

static inline err_t wick_net_segment_arrived(struct tcp_pcb* connection, struct tcp_hdr* header,
                                             const void* split_options, struct pbuf* packet) {
  // An empty segment at the edge of a closed window is in order (RFC 9293, section 3.10.7.4). lwIP 2.2.1 answers it as
  // if it were beyond: two that wait for each other with closed windows would do so for ever, on the loopback within a
  // turn.
  if (connection->state >= ESTABLISHED && connection->rcv_ann_wnd == 0 && connection->rcv_wnd <= 1) {
    connection->rcv_wnd = packet->tot_len == 0;
  }
  if (connection->state == ESTABLISHED) {
    wick_net_fit_segments(connection);
    wick_net_expect_more(connection);
    return ERR_OK;
  }
  if (connection->state == LISTEN) wick_net_make_room(connection, header);
  if (connection->state == TIME_WAIT) return wick_net_reopen(connection, header, split_options, packet);
  return ERR_OK;
}

/// An option of a DHCP server's answer that lwIP leaves aside.
void wick_net_dhcp_option(struct netif* interface, uint8_t message_type, uint8_t option, uint8_t length,
                          const struct pbuf* packet, uint16_t offset);

/// The gateway that the configuration names, or null.
const ip6_addr_t* wick_net_gateway6(struct netif* interface, const ip6_addr_t* destination);

#ifdef __cplusplus
}
#endif

#define LWIP_HOOK_ND6_GET_GW(netif, dest) wick_net_gateway6(netif, dest)
#define LWIP_HOOK_DHCP_PARSE_OPTION(netif, dhcp, state, msg, msg_type, option, len, pbuf, offset) \
  wick_net_dhcp_option(netif, msg_type, option, len, pbuf, offset)
#define LWIP_HOOK_TCP_ISN(local_ip, local_port, remote_ip, remote_port) wick_net_random()
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, hdr, optlen, opt1len, opt2, p) wick_net_segment_arrived(pcb, hdr, opt2, p)

#endif
