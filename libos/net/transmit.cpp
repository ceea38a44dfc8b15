// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/transmit.h"

#include <cstring>

#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"
#include "net/segmentation.h"

namespace wick::net {
namespace {

std::uint32_t load32(const std::uint8_t* from) {
  std::uint32_t value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

std::uint16_t fold(std::uint64_t sum) {
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>((sum & 0xffff) + (sum >> 16));
}

}  // namespace

unsigned collect_segments(const pbuf* frame, std::span<drivers::TransmitSegment, kMaxSegments> segments) {
  unsigned count = 0;
  for (const pbuf* piece = frame; piece; piece = piece->next) {
    if (piece->len == 0) continue;
    if (count == kMaxSegments || PBUF_NEEDS_COPY(piece)) return 0;
    segments[count++] = {piece->payload, piece->len};
  }
  return count;
}

drivers::TransmitHints prepare_offload(pbuf& frame, std::uint16_t mtu) {
  drivers::TransmitHints hints;
  auto* ethernet = static_cast<std::uint8_t*>(frame.payload);
  std::uint8_t* ip = ethernet + SIZEOF_ETH_HDR;
  std::uint8_t* tcp;
  std::uint64_t sum = PP_HTONS(IP_PROTO_TCP);
  const std::uint16_t type = reinterpret_cast<const eth_hdr*>(ethernet)->type;
  if (type == PP_HTONS(ETHTYPE_IP) && frame.len >= SIZEOF_ETH_HDR + IP_HLEN + TCP_HLEN) {
    auto* header = reinterpret_cast<const ip_hdr*>(ip);
    if (IPH_PROTO(header) != IP_PROTO_TCP) return hints;
    tcp = ip + IPH_HL_BYTES(header);
    sum += std::uint64_t{load32(ip + 12)} + load32(ip + 16);
  } else if (type == PP_HTONS(ETHTYPE_IPV6) && frame.len >= SIZEOF_ETH_HDR + IP6_HLEN + TCP_HLEN) {
    auto* header = reinterpret_cast<const ip6_hdr*>(ip);
    if (IP6H_NEXTH(header) != IP6_NEXTH_TCP) return hints;
    tcp = ip + IP6_HLEN;
    for (unsigned at = 8; at < IP6_HLEN; at += 4) sum += load32(ip + at);
    hints.ipv6 = true;
  } else {
    return hints;
  }
  auto* header = reinterpret_cast<tcp_hdr*>(tcp);
  auto before = static_cast<std::uint16_t>(tcp - ethernet);
  sum += lwip_htons(static_cast<std::uint16_t>(frame.tot_len - before));
  header->chksum = fold(sum);
  hints.checksum = true;
  hints.checksum_start = before;
  hints.checksum_offset = offsetof(tcp_hdr, chksum);
  if (hints.ipv6 && mtu < kMinMtu6) mtu = kMinMtu6;
  if (frame.tot_len > mtu + SIZEOF_ETH_HDR) {
    hints.header_length = static_cast<std::uint16_t>(before + TCPH_HDRLEN_BYTES(header));
    hints.segment_size = static_cast<std::uint16_t>(mtu + SIZEOF_ETH_HDR - hints.header_length);
  }
  return hints;
}

}  // namespace wick::net
