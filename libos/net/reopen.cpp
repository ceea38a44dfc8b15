// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A client that opens a connection from a port it used a moment ago meets our side still in TIME_WAIT. lwIP answers
// such a SYN like any stray segment, and the client waits for seconds. RFC 9293 §3.6.1 lets a SYN beyond the old
// connection's last byte open a new one at once.

#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"

// tcp_input() has turned the header into host order and moved the packet's start behind it; both are undone before the
// packet goes through it again, which then finds the listener. It touches nothing but the packet after our answer.
extern "C" err_t wick_net_reopen(tcp_pcb* connection, tcp_hdr* header, const void* split_options, pbuf* packet) {
  const bool opens = (TCPH_FLAGS(header) & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN;
  if (!opens || split_options || !TCP_SEQ_GT(header->seqno, connection->rcv_nxt)) return ERR_OK;
  tcp_abort(connection);  // in TIME_WAIT: forgets it, says nothing to the peer
  header->src = lwip_htons(header->src);
  header->dest = lwip_htons(header->dest);
  header->seqno = lwip_htonl(header->seqno);
  header->ackno = lwip_htonl(header->ackno);
  header->wnd = lwip_htons(header->wnd);
  pbuf_add_header_force(packet, TCPH_HDRLEN_BYTES(header));
  pbuf_ref(packet);  // tcp_input() gives up one reference, its caller's caller the other
  tcp_input(packet, ip_current_input_netif());
  return ERR_ABRT;
}
