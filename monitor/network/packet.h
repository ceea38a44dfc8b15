// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a guest may send. A frame that isn't exactly what Wick's own stack makes (lwIP, libos/net) is dropped here,
// before anything acts on it: no options of IP, no urgent data, no lengths that disagree, no address that isn't the
// guest's, no protocol that nobody here speaks. Whoever comes behind this can rely on every field. Pure.

#include <optional>

#include "monitor/network/address.h"
#include "monitor/network/bytes.h"
#include "virtio/network_header.h"

namespace wick::monitor {

using Mac = std::array<std::uint8_t, 6>;

enum TcpFlag : std::uint8_t { kFin = 1, kSyn = 2, kReset = 4, kPush = 8, kAck = 16 };

struct TcpSegment {
  std::uint16_t from = 0, to = 0;
  std::uint32_t sequence = 0, acknowledged = 0;
  std::uint8_t flags = 0;
  std::uint16_t window = 0;             ///< not scaled
  std::uint16_t largest = 0;            ///< option 2, of a SYN; 0: not given
  std::optional<std::uint8_t> scale{};  ///< option 3, of a SYN
  Bytes data{};
};

struct UdpDatagram {
  std::uint16_t from = 0, to = 0;
  Bytes data;
};

struct ArpMessage {
  bool question = false;
  Address sender, target;
};

enum class PacketKind { none, arp, tcp, udp, icmp, fragment };

struct Packet {
  PacketKind kind = PacketKind::none;  ///< none: may be sent, but wants nothing of us
  Mac sender{};
  Address from, to;
  TcpSegment tcp;
  UdpDatagram udp;
  ArpMessage arp;
  Bytes icmp;  ///< of either family, whole message, sum checked
  // Of an IPv4 datagram in pieces (UDP only: lwIP never cuts TCP).
  Bytes fragment;
  std::uint16_t fragment_id = 0, fragment_offset = 0;  ///< bytes
  bool more_fragments = false;
};

/// @param offload what stands before the frame where the wire has it, else nullptr
/// @return nothing when the frame isn't one that the stack sends
std::optional<Packet> read_packet(Bytes frame, const drivers::virtio::NetworkHeader* offload);

/// The datagram that fragments have made. @param bytes behind the IP header
std::optional<UdpDatagram> read_udp(Bytes bytes, const Address& from, const Address& to, bool summed);

}  // namespace wick::monitor
