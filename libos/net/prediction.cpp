// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/prediction.h"

#include "hooks.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/tcp.h"
#include "net/checksum.h"

namespace wick::net {
namespace {

// What makes a connection's next segment a matter of lwIP's: recovery from loss, an end of it that is closed, a
// backlog.
constexpr tcpflags_t kUnforeseen =
    TF_INFR | TF_CLOSEPEND | TF_RXCLOSED | TF_FIN | TF_NAGLEMEMERR | TF_BACKLOGPEND | TF_RTO;
// Five words of header, an acknowledgement and no flag beside it but PSH and those of ECN, which say nothing to lwIP.
constexpr std::uint16_t kForm = PP_HTONS(0x5000 | TCP_ACK);
constexpr std::uint16_t kFormMask = PP_HTONS(0xf000 | TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK | TCP_URG);

constexpr unsigned kSetsLog2 = 7;
/// Connections of one hash: whoever comes third waits for lwIP to find it.
struct Set {
  tcp_pcb *latest = nullptr, *other = nullptr;
};
// A block that was freed or has another connection by now is told by its state and addresses: its memory is never
// anything but a block's.
constinit Set expected[1u << kSetsLog2]{};

Set& set_of(std::uint32_t remote, std::uint16_t remote_port) {
  constexpr std::uint32_t kGolden = 0x9e3779b1;
  return expected[(remote + remote_port) * kGolden >> (32 - kSetsLog2)];
}

[[gnu::always_inline]] inline bool belongs(const tcp_pcb* connection, const ip_hdr& ip, const tcp_hdr& tcp) {
  return connection && connection->state == ESTABLISHED && connection->remote_port == lwip_ntohs(tcp.src) &&
         connection->local_port == lwip_ntohs(tcp.dest) && !IP_IS_V6_VAL(connection->remote_ip) &&
         ip_2_ip4(&connection->remote_ip)->addr == ip.src.addr && ip_2_ip4(&connection->local_ip)->addr == ip.dest.addr;
}

[[gnu::always_inline]] inline tcp_pcb* find(const ip_hdr& ip, const tcp_hdr& tcp) {
  const Set& set = set_of(ip.src.addr, tcp.src);
  if (belongs(set.latest, ip, tcp)) return set.latest;
  return belongs(set.other, ip, tcp) ? set.other : nullptr;
}

struct Segment {
  std::uint32_t sequence, acknowledged, window;
  std::uint16_t length;
};

[[gnu::always_inline]] inline bool foreseen(const tcp_pcb& connection, const Segment& segment) {
  if (segment.sequence != connection.rcv_nxt || segment.length >= connection.rcv_wnd ||
      segment.length >= connection.rcv_ann_wnd || (connection.flags & kUnforeseen) || connection.refused_data ||
      connection.ooseq || LWIP_TCP_SACK_VALID(&connection, 0) || connection.persist_backoff != 0) {
    return false;
  }
  const std::uint32_t news = segment.acknowledged - connection.lastack;
  if (news == 0) return segment.length != 0;  // else perhaps one of three that tell of a loss
  if (news > connection.snd_nxt - connection.lastack) return false;
  // lwIP queues what was sent once more as if it never had been.
  return !connection.unsent || !TCP_SEQ_LT(lwip_ntohl(connection.unsent->tcphdr->seqno), segment.acknowledged);
}

[[gnu::always_inline]] inline void update_window(tcp_pcb& connection, const Segment& segment) {
  if (TCP_SEQ_LT(connection.snd_wl1, segment.sequence) ||
      (connection.snd_wl1 == segment.sequence && TCP_SEQ_LT(connection.snd_wl2, segment.acknowledged)) ||
      (connection.snd_wl2 == segment.acknowledged && segment.window > connection.snd_wnd)) {
    connection.snd_wnd = segment.window;
    if (connection.snd_wnd_max < segment.window) connection.snd_wnd_max = segment.window;
    connection.snd_wl1 = segment.sequence;
    connection.snd_wl2 = segment.acknowledged;
  }
}

/// RFC 3465.
[[gnu::always_inline]] inline void open_congestion_window(tcp_pcb& connection, std::uint32_t news) {
  if (connection.cwnd < connection.ssthresh) {
    TCP_WND_INC(connection.cwnd, LWIP_MIN(news, 2u * connection.mss));
    return;
  }
  TCP_WND_INC(connection.bytes_acked, news);
  if (connection.bytes_acked < connection.cwnd) return;
  connection.bytes_acked -= connection.cwnd;
  TCP_WND_INC(connection.cwnd, connection.mss);
}

/// RFC 6298, in the fixed point of Van Jacobson's paper: 8 times the mean, 4 times the deviation, in ticks.
[[gnu::always_inline]] inline void measure_round_trip(tcp_pcb& connection) {
  auto error = static_cast<std::int16_t>(tcp_ticks - connection.rttest - (connection.sa >> 3));
  connection.sa = static_cast<std::int16_t>(connection.sa + error);
  if (error < 0) error = static_cast<std::int16_t>(-error);
  connection.sv = static_cast<std::int16_t>(connection.sv + error - (connection.sv >> 2));
  connection.rto = static_cast<std::int16_t>((connection.sa >> 3) + connection.sv);
  connection.rttest = 0;
}

/// @return bytes of data that are acknowledged
[[gnu::always_inline]] inline std::uint32_t take_acknowledgement(tcp_pcb& connection, std::uint32_t acknowledged) {
  const std::uint32_t news = acknowledged - connection.lastack;
  connection.nrtx = 0;
  connection.rto = static_cast<std::int16_t>((connection.sa >> 3) + connection.sv);
  connection.dupacks = 0;
  connection.lastack = acknowledged;
  open_congestion_window(connection, news);
  std::uint32_t bytes = 0;
  tcp_seg* segment = connection.unacked;
  while (segment && TCP_SEQ_LEQ(lwip_ntohl(segment->tcphdr->seqno) + TCP_TCPLEN(segment), acknowledged)) {
    tcp_seg* next = segment->next;
    connection.snd_queuelen = static_cast<std::uint16_t>(connection.snd_queuelen - pbuf_clen(segment->p));
    bytes += segment->len;
    tcp_seg_free(segment);
    segment = next;
  }
  connection.unacked = segment;
  connection.rtime = segment ? 0 : -1;
  connection.polltmr = 0;
  if (!connection.unsent) connection.unsent_oversize = 0;
  connection.snd_buf += bytes;
  if (connection.rttest && TCP_SEQ_LT(connection.rtseq, acknowledged)) measure_round_trip(connection);
  return bytes;
}

/// @return whether the connection is still there
bool tell_sent(tcp_pcb& connection, std::uint32_t bytes) {
  while (bytes != 0) {  // the callback counts in 16 bits
    const auto told = static_cast<std::uint16_t>(LWIP_MIN(bytes, 0xffffu));
    err_t answer;
    TCP_EVENT_SENT(&connection, told, answer);
    if (answer == ERR_ABRT) return false;
    bytes -= told;
  }
  return true;
}

[[gnu::always_inline]] inline bool tell_received(tcp_pcb& connection, pbuf* packet) {
  err_t answer;
  TCP_EVENT_RECV(&connection, packet, ERR_OK, answer);
  if (answer == ERR_ABRT) return false;
  if (answer != ERR_OK) connection.refused_data = packet;
  return true;
}

bool listed(const tcp_pcb& connection) {
  const tcp_pcb* one = tcp_active_pcbs;
  while (one && one != &connection) one = one->next;
  return one;
}

/// A connection that a callback closed with bytes unread has sent its reset and left the list; its block is left to us.
bool was_dropped(const tcp_pcb& connection) { return (connection.flags & TF_RXCLOSED) && !listed(connection); }

/// Tells the callbacks of a segment. @return whether the connection is still there
[[gnu::always_inline]] inline bool tell(tcp_pcb& connection, std::uint32_t acknowledged, pbuf* packet) {
  if (!tell_sent(connection, acknowledged)) {
    if (packet) pbuf_free(packet);
    return false;
  }
  if (!packet) return true;
  if (!(connection.flags & TF_RXCLOSED)) [[likely]]
    return tell_received(connection, packet);
  pbuf_free(packet);
  if (was_dropped(connection)) return true;
  tcp_abort(&connection);  // closed by now: nobody will read this
  return false;
}

[[gnu::always_inline]] inline void conclude(tcp_pcb& connection, std::uint32_t acknowledged, pbuf* packet) {
  tcp_input_pcb = &connection;  // what the callbacks write goes out at once, behind them
  const bool there = tell(connection, acknowledged, packet);
  tcp_input_pcb = nullptr;
  if (!there) return;
  if (was_dropped(connection)) [[unlikely]]
    return tcp_free(&connection);
  tcp_output(&connection);
}

}  // namespace

bool take_predicted(pbuf* packet, netif& interface) {
  const auto& ip = *static_cast<const ip_hdr*>(packet->payload);
  const auto& tcp = *reinterpret_cast<const tcp_hdr*>(&ip + 1);
  constexpr std::uint16_t kHeaders = IP_HLEN + TCP_HLEN;
  const std::uint16_t total = lwip_ntohs(IPH_LEN(&ip));
  if (packet->next || total < kHeaders || total > packet->len || ip._v_hl != 0x45 || ip._proto != IP_PROTO_TCP ||
      (ip._offset & PP_HTONS(IP_OFFMASK | IP_MF)) || (tcp._hdrlen_rsvd_flags & kFormMask) != kForm) {
    return false;
  }
  tcp_pcb* const found = find(ip, tcp);
  if (!found || netif_ip4_addr(&interface)->addr != ip.dest.addr ||
      (found->netif_idx != NETIF_NO_INDEX && found->netif_idx != netif_get_index(&interface))) {
    return false;
  }
  tcp_pcb& connection = *found;
  const Segment segment{.sequence = lwip_ntohl(tcp.seqno),
                        .acknowledged = lwip_ntohl(tcp.ackno),
                        .window = std::uint32_t{lwip_ntohs(tcp.wnd)} << connection.snd_scale,
                        .length = static_cast<std::uint16_t>(total - kHeaders)};
  if (!foreseen(connection, segment) || header_checksum(&ip) != 0xffff) return false;

  wick_net_fit_segments(&connection);
  connection.tmr = tcp_ticks;
  connection.keep_cnt_sent = 0;
  connection.persist_probe = 0;
  update_window(connection, segment);
  std::uint32_t bytes = 0;
  if (segment.acknowledged != connection.lastack) bytes = take_acknowledgement(connection, segment.acknowledged);
  if (segment.length == 0) {
    pbuf_free(packet);
    conclude(connection, bytes, nullptr);
    return true;
  }
  packet->payload = static_cast<std::uint8_t*>(packet->payload) + kHeaders;
  packet->len = packet->tot_len = segment.length;
  if (TCPH_FLAGS(&tcp) & TCP_PSH) packet->flags |= PBUF_FLAG_PUSH;
  connection.rcv_nxt += segment.length;
  connection.rcv_wnd -= segment.length;
  connection.rcv_ann_wnd -= segment.length;  // its right edge stays where it is
  tcp_ack(&connection);
  conclude(connection, bytes, packet);
  return true;
}

}  // namespace wick::net

extern "C" void wick_net_expect_more(tcp_pcb* connection) {
  if (IP_IS_V6_VAL(connection->remote_ip)) return;
  auto& set = wick::net::set_of(ip_2_ip4(&connection->remote_ip)->addr, lwip_htons(connection->remote_port));
  if (set.latest == connection) return;
  set.other = set.latest;
  set.latest = connection;
}
