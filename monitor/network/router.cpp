// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/router.h"

#include <algorithm>

#include "monitor/network/own_mac.h"

namespace wick::monitor {
namespace {

bool is_ours(const Address& address) {
  return address == kHost4 || address == kNames4 || address == kHost6 || address == kNames6 || address == kRouter6;
}

void put(std::uint8_t* to, const Address& address) {
  if (address.is_v4())
    store32(to, address.to_v4());
  else
    std::memcpy(to, address.bytes.data(), 16);
}

// RFC 2131 §2, RFC 2132.
constexpr std::size_t kDhcpHeader = 236, kDhcpLength = 300;
constexpr std::uint32_t kCookie = 0x63825363, kLease = 86'400;
enum DhcpKind : std::uint8_t { kDiscover = 1, kOffer = 2, kRequest = 3, kGranted = 5, kNak = 6, kInform = 8 };

/// @return the kind of message; 0: none that we answer. @param wanted the address of option 50, else as it was
std::uint8_t read_dhcp_options(Bytes options, std::uint32_t& wanted) {
  std::uint8_t kind = 0;
  while (!options.empty() && options[0] != 255) {
    if (options[0] == 0) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options.size() < 2u + options[1]) return 0;
    const Bytes value = options.subspan(2, options[1]);
    if (options[0] == 53 && value.size() == 1) kind = value[0];
    if (options[0] == 50 && value.size() == 4) wanted = load32(value.data());
    options = options.subspan(2u + options[1]);
  }
  return kind;
}

}  // namespace

void Router::learn(const Packet& packet) {
  wire_.set_guest(packet.sender);
  const Address& from = packet.kind == PacketKind::arp ? packet.arp.sender : packet.from;
  if (from.is_v4() && from != Address::v4(0)) {
    guest4_ = from;
    has4_ = true;
  } else if (from.in(kPrefix6, 64)) {
    guest6_ = from;
    has6_ = true;
  }
}

void Router::take_arp(const ArpMessage& message) {
  // A stack looks for link-local addresses on its own wire (RFC 3927 §2.6.2): whether it gets there is Reach's
  // business.
  constexpr Address kLinkLocal4 = Address::v4(0xa9fe0000);
  const bool ours = message.target == kHost4 || message.target == kNames4 || message.target.in(kLinkLocal4, 96 + 16);
  if (!message.question || !ours) return;
  std::uint8_t* to = wire_.begin_arp();
  if (!to) return;
  constexpr std::uint8_t kAnswer[] = {0, 1, 8, 0, 6, 4, 0, 2};
  std::memcpy(to, kAnswer, sizeof kAnswer);
  std::memcpy(to + 8, kOwnMac.data(), 6);
  put(to + 14, message.target);
  std::memcpy(to + 18, wire_.guest().data(), 6);
  put(to + 24, message.sender);
  wire_.end_arp();
}

void Router::ask() {
  std::uint8_t* to = wire_.begin_arp();
  if (!to) return;
  constexpr std::uint8_t kQuestion[] = {0, 1, 8, 0, 6, 4, 0, 1};
  std::memcpy(to, kQuestion, sizeof kQuestion);
  std::memcpy(to + 8, kOwnMac.data(), 6);
  put(to + 14, kHost4);
  std::memset(to + 18, 0, 6);
  put(to + 24, kGuest4);
  wire_.end_arp();
}

Router::Dhcp Router::take_dhcp(Bytes message) {
  if (message.size() < kDhcpHeader + 4 || message[0] != 1 || message[1] != 1 || message[2] != 6) return Dhcp::nothing;
  if (load32(&message[kDhcpHeader]) != kCookie) return Dhcp::nothing;
  std::uint32_t wanted = load32(&message[12]);  // its own, when it renews
  const std::uint8_t kind = read_dhcp_options(message.subspan(kDhcpHeader + 4), wanted);
  if (kind != kDiscover && kind != kRequest && kind != kInform) return Dhcp::nothing;
  const bool refused = kind == kRequest && wanted != kGuest4.to_v4();
  constexpr std::size_t kUdp = 8;
  std::uint8_t* udp = wire_.begin(kHost4, Address::v4(INADDR_BROADCAST), Protocol::udp, kUdp + kDhcpLength);
  if (!udp) return kind == kDiscover ? Dhcp::begins : Dhcp::nothing;
  store16(udp, 67);
  store16(udp + 2, 68);
  store16(udp + 4, kUdp + kDhcpLength);
  std::uint8_t* answer = udp + kUdp;
  std::memset(answer, 0, kDhcpLength);
  answer[0] = 2;
  std::memcpy(answer + 1, &message[1], 7);    // kind of hardware, transaction
  std::memcpy(answer + 10, &message[10], 6);  // flags, the guest's address
  if (!refused && kind != kInform) put(answer + 16, kGuest4);
  put(answer + 20, kHost4);
  std::memcpy(answer + 28, &message[28], 16);  // hardware address
  store32(answer + kDhcpHeader, kCookie);
  std::uint8_t* option = answer + kDhcpHeader + 4;
  const auto add = [&](std::uint8_t number, std::uint32_t value) {
    option[0] = number;
    option[1] = 4;
    store32(option + 2, value);
    option += 6;
  };
  const std::uint8_t answers = refused ? kNak : kind == kDiscover ? kOffer : kGranted;
  option[0] = 53;
  option[1] = 1;
  option[2] = answers;
  option += 3;
  add(54, kHost4.to_v4());
  if (!refused) {
    add(1, kMask4);
    add(3, kHost4.to_v4());
    add(6, kNames4.to_v4());
    if (kind != kInform) add(51, kLease);
  }
  option[0] = 255;
  wire_.end(6);
  if (kind == kDiscover) return Dhcp::begins;
  if (answers != kGranted || kind != kRequest) return Dhcp::nothing;
  guest4_ = kGuest4;
  has4_ = true;
  return Dhcp::has_address;
}

void Router::take_icmp(const Packet& packet) {
  const Bytes in = packet.icmp;
  const bool v6 = !packet.from.is_v4();
  const std::uint8_t ping = v6 ? 128 : 8, pong = v6 ? 129 : 0;
  const Protocol protocol = v6 ? Protocol::icmp6 : Protocol::icmp;
  if (in[0] == ping && in[1] == 0 && is_ours(packet.to) && in.size() <= Wire::kMtu - 40) {
    std::uint8_t* out = wire_.begin(packet.to, packet.from, protocol, in.size());
    if (!out) return;
    std::memcpy(out, in.data(), in.size());
    out[0] = pong;
    wire_.end(2);
  }
  if (!v6 || in[1] != 0) return;
  if (in[0] == 133) advertise(packet.from == Address{} ? kAllNodes6 : packet.from);  // RFC 4861 §4.1
  if (in[0] != 135 || in.size() < 24 || packet.from == Address{}) return;            // §4.3
  Address target;
  std::memcpy(target.bytes.data(), &in[8], 16);
  if (!is_ours(target) || target.is_v4()) return;
  std::uint8_t* out = wire_.begin(target, packet.from, protocol, 32, 255);  // §4.4
  if (!out) return;
  std::memset(out, 0, 32);
  out[0] = 136;
  out[4] = 0xe0;  // a router, asked for, overrides
  put(out + 8, target);
  out[24] = 2;
  out[25] = 1;
  std::memcpy(out + 26, kOwnMac.data(), 6);
  wire_.end(2);
}

void Router::advertise(const Address& to) {
  constexpr std::size_t kLength = 16 + 8 + 32 + 24;  // RFC 4861 §4.2, with link address, prefix, name server (RFC 8106)
  std::uint8_t* out = wire_.begin(kRouter6, to, Protocol::icmp6, kLength, 255);
  if (!out) return;
  std::memset(out, 0, kLength);
  out[0] = 134;
  out[4] = 64;
  store16(out + 6, 3 * kAdvertiseEvery / 1000);
  out[16] = 1;
  out[17] = 1;
  std::memcpy(out + 18, kOwnMac.data(), 6);
  std::uint8_t* prefix = out + 24;
  prefix[0] = 3;
  prefix[1] = 4;
  prefix[2] = 64;
  prefix[3] = 0xc0;  // on this link, for addresses
  store32(prefix + 4, 0xffffffff);
  store32(prefix + 8, 0xffffffff);
  put(prefix + 16, kPrefix6);
  std::uint8_t* names = out + 56;
  names[0] = 25;
  names[1] = 3;
  store32(names + 4, 3 * kAdvertiseEvery / 1000);
  put(names + 8, kNames6);
  wire_.end(2);
}

void Router::send_unreachable(const Pair& pair) {
  const bool v6 = !pair.guest.address.is_v4();
  const std::size_t ip_length = v6 ? 40 : 20, length = 8 + ip_length + 8;
  const Protocol protocol = v6 ? Protocol::icmp6 : Protocol::icmp;
  std::uint8_t* out = wire_.begin(pair.peer.address, pair.guest.address, protocol, length);
  if (!out) return;
  std::memset(out, 0, length);
  out[0] = v6 ? 1 : 3;
  out[1] = v6 ? 4 : 3;  // port unreachable: RFC 4443 §3.1, RFC 792
  std::uint8_t* ip = out + 8;
  if (v6) {
    ip[0] = 0x60;
    store16(ip + 4, 8);
    ip[6] = static_cast<std::uint8_t>(Protocol::udp);
    ip[7] = 64;
    put(ip + 8, pair.guest.address);
    put(ip + 24, pair.peer.address);
  } else {
    ip[0] = 0x45;
    store16(ip + 2, 28);
    ip[8] = 64;
    ip[9] = static_cast<std::uint8_t>(Protocol::udp);
    put(ip + 12, pair.guest.address);
    put(ip + 16, pair.peer.address);
    Sum().add(Bytes(ip, 20)).put(ip + 10);
  }
  std::uint8_t* udp = ip + ip_length;
  store16(udp, pair.guest.port);
  store16(udp + 2, pair.peer.port);
  store16(udp + 4, 8);
  wire_.end(2);
}

}  // namespace wick::monitor
