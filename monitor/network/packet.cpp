// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/packet.h"

#include "monitor/network/frame_queue.h"

namespace wick::monitor {

using drivers::virtio::NetworkHeader;

namespace {

constexpr std::size_t kEthernet = 14, kIp4 = 20, kIp6 = 40, kTcp = 20, kUdp = 8, kIcmp = 8;
constexpr std::size_t kSmallestFrame = 60;  ///< shorter ones may be filled up to it
constexpr std::size_t kMtu = 1500;
constexpr std::uint8_t kProtocolIcmp = 1, kProtocolTcp = 6, kProtocolUdp = 17, kProtocolIcmp6 = 58;
constexpr std::uint8_t kHopByHop = 0;  ///< before multicast listener reports (RFC 2710 §3)

bool is_unicast(const Mac& mac) { return !(mac[0] & 1) && mac != Mac{}; }

/// As of the guest's network, and no address of ours.
bool may_be_guests(const Address& address) {
  if (address.is_v4()) {
    const std::uint32_t host = address.to_v4() & ~kMask4;
    return (address.to_v4() & kMask4) == kNet4 && host != 0 && host != ~kMask4 && address != kHost4 &&
           address != kNames4;
  }
  return (address.in(kPrefix6, 64) && address != kHost6 && address != kNames6) ||
         (address.in(kRouter6, 64) && address != kRouter6);
}

/// IPv6 addresses in an IPv4 form belong to no wire.
bool is_wires_own(const Address& address) { return !address.in(Address{}, 80); }

Sum pseudo_header(const Address& from, const Address& to, std::uint8_t protocol, std::size_t length) {
  const std::size_t skip = from.is_v4() ? 12 : 0;
  Sum sum;
  sum.add(Bytes(from.bytes).subspan(skip)).add(Bytes(to.bytes).subspan(skip));
  return sum.add16(protocol).add16(static_cast<std::uint32_t>(length));
}

/// RFC 9293 §3.1: only the kinds that lwIP knows, each in its length.
bool read_options(Bytes options, TcpSegment& segment) {
  const bool first = segment.flags & kSyn;
  while (!options.empty() && options[0] != 0) {
    if (options[0] == 1) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options[1] < 2 || options[1] > options.size()) return false;
    const std::uint8_t kind = options[0], length = options[1];
    switch (kind) {
      case 2:  // largest segment
        if (!first || length != 4) return false;
        segment.largest = load16(&options[2]);
        break;
      case 3:  // window scale, RFC 7323 §2.2
        if (!first || length != 3 || options[2] > 14) return false;
        segment.scale = options[2];
        break;
      case 4:  // SACK permitted, RFC 2018
        if (!first || length != 2) return false;
        break;
      case 5:  // SACK
        if (first || length < 10 || (length - 2) % 8) return false;
        break;
      default:
        return false;
    }
    options = options.subspan(length);
  }
  return true;
}

bool read_tcp(Bytes bytes, TcpSegment& segment) {
  if (bytes.size() < kTcp) return false;
  const std::size_t header = (std::size_t{bytes[12]} >> 4) * 4;
  if (header < kTcp || header > bytes.size() || bytes[12] & 15) return false;
  segment = {load16(&bytes[0]), load16(&bytes[2]), load32(&bytes[4]), load32(&bytes[8]), bytes[13], load16(&bytes[14])};
  segment.data = bytes.subspan(header);
  if (!segment.from || !segment.to) return false;
  constexpr std::uint8_t kKnownFlags = kFin | kSyn | kReset | kPush | kAck;
  const std::uint8_t flags = segment.flags;
  if (flags & ~kKnownFlags || load16(&bytes[18])) return false;  // neither urgent data nor congestion marks
  if (flags & kSyn && (flags & (kFin | kReset) || !segment.data.empty())) return false;
  if (flags & kReset && flags & kFin) return false;
  if (!(flags & (kSyn | kReset | kAck))) return false;
  return read_options(bytes.subspan(kTcp, header - kTcp), segment);
}

/// What the guest leaves to its device must be the sum of this very packet, and cutting only of TCP.
struct Left {
  bool sum = false, cutting = false;
};
std::optional<Left> read_offload(const NetworkHeader* offload, std::uint8_t protocol, std::size_t start, bool v6) {
  if (!offload || !(offload->flags & drivers::virtio::kNeedsChecksum))
    return offload && offload->segmentation ? std::nullopt : std::optional<Left>(Left{});
  const unsigned place = protocol == kProtocolTcp ? 16 : 6;
  if ((protocol != kProtocolTcp && protocol != kProtocolUdp) || offload->checksum_start != start ||
      offload->checksum_offset != place)
    return {};
  if (!offload->segmentation) return Left{true, false};
  const unsigned kind = v6 ? drivers::virtio::kSegmentTcp6 : drivers::virtio::kSegmentTcp4;
  if (protocol != kProtocolTcp || offload->segmentation != kind) return {};
  return Left{true, true};
}

bool read_payload(Packet& packet, Bytes bytes, std::uint8_t protocol, const NetworkHeader* offload, std::size_t start) {
  const bool v6 = !packet.from.is_v4();
  const auto left = read_offload(offload, protocol, start, v6);
  if (!left || (!left->cutting && start + bytes.size() > kEthernet + kMtu)) return false;
  switch (protocol) {
    case kProtocolTcp:
      packet.kind = PacketKind::tcp;
      if (!left->sum && pseudo_header(packet.from, packet.to, protocol, bytes.size()).add(bytes).finish() != 0)
        return false;
      return read_tcp(bytes, packet.tcp);
    case kProtocolUdp: {
      const auto datagram = read_udp(bytes, packet.from, packet.to, left->sum);
      if (!datagram) return false;
      packet.kind = PacketKind::udp;
      packet.udp = *datagram;
      return true;
    }
    case kProtocolIcmp:
      packet.kind = PacketKind::icmp;
      packet.icmp = bytes;
      return !v6 && bytes.size() >= kIcmp && Sum().add(bytes).finish() == 0;
    case kProtocolIcmp6:
      packet.kind = PacketKind::icmp;
      packet.icmp = bytes;
      return v6 && bytes.size() >= kIcmp &&
             pseudo_header(packet.from, packet.to, protocol, bytes.size()).add(bytes).finish() == 0;
    case kHopByHop:
      packet.kind = PacketKind::none;
      return v6;
    default:
      return false;
  }
}

bool read_ip4(Packet& packet, Bytes frame, const NetworkHeader* offload) {
  const Bytes ip = frame.subspan(kEthernet);
  if (ip.size() < kIp4 || ip[0] != 0x45) return false;  // no options: lwIP without IGMP sends none
  const std::size_t length = load16(&ip[2]);
  if (length < kIp4 || length > ip.size() || (length != ip.size() && frame.size() > kSmallestFrame)) return false;
  if (Sum().add(ip.first(kIp4)).finish() != 0 || ip[8] == 0) return false;
  packet.from = Address::v4(load32(&ip[12]));
  packet.to = Address::v4(load32(&ip[16]));
  const Bytes payload = ip.subspan(kIp4, length - kIp4);
  const std::uint8_t protocol = ip[9];
  const unsigned place = load16(&ip[6]);
  const bool no_address_yet = packet.from == Address::v4(0) && protocol == kProtocolUdp;  // DHCP
  if (!may_be_guests(packet.from) && !no_address_yet) return false;
  if (place & 0x8000) return false;
  if (!(place & 0x3fff)) return read_payload(packet, payload, protocol, offload, kEthernet + kIp4);
  packet.kind = PacketKind::fragment;
  packet.fragment = payload;
  packet.fragment_id = load16(&ip[4]);
  packet.fragment_offset = static_cast<std::uint16_t>((place & 0x1fff) * 8);
  packet.more_fragments = place & 0x2000;
  if (packet.more_fragments && payload.size() % 8) return false;
  return protocol == kProtocolUdp && !no_address_yet && !payload.empty() && frame.size() <= kEthernet + kMtu &&
         packet.fragment_offset + payload.size() <= 0xffff - kIp4 && read_offload(offload, kHopByHop, 0, false);
}

bool read_ip6(Packet& packet, Bytes frame, const NetworkHeader* offload) {
  const Bytes ip = frame.subspan(kEthernet);
  if (ip.size() < kIp6 || ip[0] >> 4 != 6) return false;
  const std::size_t length = load16(&ip[4]);
  if (length > ip.size() - kIp6 || (length != ip.size() - kIp6 && frame.size() > kSmallestFrame)) return false;
  std::memcpy(packet.from.bytes.data(), &ip[8], 16);
  std::memcpy(packet.to.bytes.data(), &ip[24], 16);
  const std::uint8_t protocol = ip[6];
  const bool no_address_yet = packet.from == Address{} && (protocol == kProtocolIcmp6 || protocol == kHopByHop);
  if ((!may_be_guests(packet.from) && !no_address_yet) || ip[7] == 0) return false;
  if (!is_wires_own(packet.to)) return false;
  return read_payload(packet, ip.subspan(kIp6, length), protocol, offload, kEthernet + kIp6);
}

bool read_arp(Packet& packet, Bytes frame, const NetworkHeader* offload) {
  const Bytes arp = frame.subspan(kEthernet);
  constexpr std::uint8_t kEthernetAndIp4[] = {0, 1, 8, 0, 6, 4, 0};
  if (arp.size() < 28 || frame.size() > kSmallestFrame || std::memcmp(&arp[0], kEthernetAndIp4, 7) != 0) return false;
  if (arp[7] != 1 && arp[7] != 2) return false;
  if (std::memcmp(&arp[8], packet.sender.data(), 6) != 0) return false;  // speaks for itself only
  packet.kind = PacketKind::arp;
  packet.arp = {arp[7] == 1, Address::v4(load32(&arp[14])), Address::v4(load32(&arp[24]))};
  const bool probe = packet.arp.question && packet.arp.sender == Address::v4(0);  // RFC 5227 §2.1.1
  return (probe || may_be_guests(packet.arp.sender)) && read_offload(offload, kHopByHop, 0, false);
}

}  // namespace

std::optional<UdpDatagram> read_udp(Bytes bytes, const Address& from, const Address& to, bool summed) {
  if (bytes.size() < kUdp || load16(&bytes[4]) != bytes.size()) return {};
  const UdpDatagram datagram{load16(&bytes[0]), load16(&bytes[2]), bytes.subspan(kUdp)};
  if (!datagram.from || !datagram.to) return {};
  const bool without = load16(&bytes[6]) == 0;
  if (without && !from.is_v4()) return {};  // RFC 8200 §8.1
  if (!summed && !without && pseudo_header(from, to, kProtocolUdp, bytes.size()).add(bytes).finish() != 0) return {};
  return datagram;
}

std::optional<Packet> read_packet(Bytes frame, const NetworkHeader* offload) {
  if (frame.size() < kEthernet || frame.size() > kMaxFrame) return {};
  Packet packet;
  std::memcpy(packet.sender.data(), &frame[6], 6);
  if (!is_unicast(packet.sender)) return {};
  bool fine = false;
  switch (load16(&frame[12])) {
    case 0x0800:
      fine = read_ip4(packet, frame, offload);
      break;
    case 0x86dd:
      fine = read_ip6(packet, frame, offload);
      break;
    case 0x0806:
      fine = read_arp(packet, frame, offload);
      break;
  }
  if (!fine) return {};
  return packet;
}

}  // namespace wick::monitor
