// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/wire.h"

#include <sys/socket.h>

#include <algorithm>

#include "monitor/network/own_mac.h"

namespace wick::monitor {

using drivers::virtio::NetworkHeader;

namespace {

constexpr std::size_t kEthernet = 14, kArp = 28;
constexpr Mac kEverybody{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

}  // namespace

void Wire::open(int socket, FrameRing* ring) {
  socket_ = socket;
  headers_ = ring;
  if (ring) ring_.open(*ring);
}

void Wire::say(Word word) { send(socket_, &word, sizeof word, MSG_DONTWAIT | MSG_NOSIGNAL); }

bool Wire::flush() {
  if (!headers_) return out_.flush(socket_);
  if (ring_.publish()) say(Word::look);
  return !ring_.broken();
}

void Wire::commit(std::size_t length) {
  if (headers_)
    ring_.commit(length);
  else
    out_.commit(length);
}

/// @param length of the Ethernet frame @return its payload
std::uint8_t* Wire::frame(std::size_t length, std::uint16_t type) {
  const std::size_t before = headers_ ? sizeof(NetworkHeader) : 0;
  std::uint8_t* to = headers_ ? ring_.reserve(before + length) : out_.reserve(length);
  if (!to) return nullptr;
  std::memset(to, 0, before);
  frame_ = to;
  to += before;
  const Mac& guest = knows_guest_ ? guest_ : kEverybody;
  std::memcpy(to, guest.data(), 6);
  std::memcpy(to + 6, kOwnMac.data(), 6);
  store16(to + 12, type);
  return to + kEthernet;
}

std::uint8_t* Wire::begin(const Address& from, const Address& to, Protocol protocol, std::size_t length,
                          std::uint8_t hops) {
  const bool v4 = from.is_v4();
  ip_ = v4 ? 20 : 40;
  length_ = length;
  from_ = from;
  to_ = to;
  protocol_ = protocol;
  std::uint8_t* ip = frame(kEthernet + ip_ + length, v4 ? 0x0800 : 0x86dd);
  if (!ip) return nullptr;
  std::memset(ip, 0, ip_);
  if (v4) {
    ip[0] = 0x45;
    store16(ip + 2, static_cast<std::uint32_t>(ip_ + length));
    store16(ip + 4, ++id_);
    ip[8] = hops;
    ip[9] = static_cast<std::uint8_t>(protocol);
    store32(ip + 12, from.to_v4());
    store32(ip + 16, to.to_v4());
    Sum().add(Bytes(ip, ip_)).put(ip + 10);
  } else {
    ip[0] = 0x60;
    store16(ip + 4, static_cast<std::uint32_t>(length));
    ip[6] = static_cast<std::uint8_t>(protocol);
    ip[7] = hops;
    std::memcpy(ip + 8, from.bytes.data(), 16);
    std::memcpy(ip + 24, to.bytes.data(), 16);
  }
  return ip + ip_;
}

void Wire::end(std::size_t sum_at, std::uint16_t segment) {
  const std::size_t before = headers_ ? sizeof(NetworkHeader) : 0;
  std::uint8_t* payload = frame_ + before + kEthernet + ip_;
  const bool is_icmp = protocol_ == Protocol::icmp || protocol_ == Protocol::icmp6;
  if (headers_ && !is_icmp) {
    NetworkHeader header{};
    header.flags = drivers::virtio::kDataValid;
    if (segment) {
      header.segmentation = from_.is_v4() ? drivers::virtio::kSegmentTcp4 : drivers::virtio::kSegmentTcp6;
      header.segment_size = segment;
    }
    std::memcpy(frame_, &header, sizeof header);
  } else {
    store16(payload + sum_at, 0);
    Sum sum;
    if (protocol_ != Protocol::icmp) {
      const std::size_t skip = from_.is_v4() ? 12 : 0;
      sum.add(Bytes(from_.bytes).subspan(skip)).add(Bytes(to_.bytes).subspan(skip));
      sum.add16(static_cast<std::uint32_t>(protocol_)).add16(static_cast<std::uint32_t>(length_));
    }
    sum.add(Bytes(payload, length_)).put(payload + sum_at);
    if (protocol_ == Protocol::udp && load16(payload + sum_at) == 0) store16(payload + sum_at, 0xffff);
  }
  commit(before + kEthernet + ip_ + length_);
}

std::uint8_t* Wire::begin_arp() { return frame(kEthernet + kArp, 0x0806); }

void Wire::end_arp() { commit((headers_ ? sizeof(NetworkHeader) : 0) + kEthernet + kArp); }

void Wire::send_udp(const Endpoint& from, const Endpoint& to, Bytes data) {
  constexpr std::size_t kHeader = 8;
  if (data.size() > kLargest - kHeader || !knows_guest_) return;
  const std::size_t length = kHeader + data.size();
  const bool fits = kEthernet + 40 + length <= kEthernet + kMtu;
  if (!fits && !headers_ && !from.address.is_v4()) return;
  std::uint8_t* udp = begin(from.address, to.address, Protocol::udp, length);
  if (!udp) return;
  store16(udp, from.port);
  store16(udp + 2, to.port);
  store16(udp + 4, static_cast<std::uint32_t>(length));
  store16(udp + 6, 0);
  if (!data.empty()) std::memcpy(udp + kHeader, data.data(), data.size());
  if (fits || headers_)
    end(6);
  else
    send_pieces(length);
}

/// RFC 791 §3.2. The whole datagram lies where a frame would; its pieces are made of it one by one.
void Wire::send_pieces(std::size_t length) {
  constexpr std::size_t kIp = 20, kPiece = (kMtu - kIp) / 8 * 8;
  static std::uint8_t whole[65'536];
  std::uint8_t* udp = frame_ + kEthernet + kIp;
  store16(udp + 6, 0);  // no sum: RFC 768 allows it, and nothing on this way changes a byte
  std::memcpy(whole, udp, length);
  const Address from = from_, to = to_;
  const std::uint16_t id = id_;
  for (std::size_t at = 0; at < length; at += kPiece) {
    const std::size_t part = std::min(kPiece, length - at);
    std::uint8_t* place = begin(from, to, Protocol::udp, part);
    if (!place) return;
    std::uint8_t* ip = place - kIp;
    store16(ip + 4, id);
    store16(ip + 6, static_cast<std::uint32_t>(at / 8 | (at + part < length ? 0x2000 : 0)));
    store16(ip + 10, 0);
    Sum().add(Bytes(ip, kIp)).put(ip + 10);
    std::memcpy(place, whole + at, part);
    out_.commit(kEthernet + kIp + part);
  }
}

}  // namespace wick::monitor
