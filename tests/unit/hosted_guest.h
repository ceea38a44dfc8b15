// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A guest in a few lines, for tests of the hosted monitor's network: it writes and reads frames at the socket, byte by
// byte as the protocols' documents have them, and shares no code with what it tests.

#include <arpa/inet.h>
#include <doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace wick::test {

using Bytes = std::vector<std::uint8_t>;

inline const Bytes kGuestMac{0x52, 0x54, 0, 0x12, 0x34, 0x56};
inline const Bytes kGuestAddress{10, 0, 2, 15}, kRouterAddress{10, 0, 2, 2};

inline Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
inline Bytes be16(unsigned value) { return {std::uint8_t(value >> 8), std::uint8_t(value)}; }
inline Bytes be32(std::uint32_t value) { return be16(value >> 16) + be16(value & 0xffff); }
inline std::uint32_t get(const Bytes& frame, std::size_t at, unsigned count) {
  std::uint32_t value = 0;
  for (unsigned index = 0; index < count; ++index) value = value << 8 | frame.at(at + index);
  return value;
}
inline Bytes text(std::string_view bytes) { return {bytes.begin(), bytes.end()}; }

inline unsigned checksum(const Bytes& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) sum += at % 2 ? bytes[at] : bytes[at] << 8;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

inline Bytes ethernet(unsigned type, const Bytes& payload) { return Bytes(6, 0xff) + kGuestMac + be16(type) + payload; }

inline Bytes ipv4(unsigned protocol, const Bytes& from, const Bytes& to, const Bytes& payload) {
  auto header = [&](unsigned sum) {
    return Bytes{0x45, 0} + be16(20 + unsigned(payload.size())) + Bytes{0, 1, 0, 0, 64, std::uint8_t(protocol)} +
           be16(sum) + from + to;
  };
  return ethernet(0x0800, header(checksum(header(0))) + payload);
}

inline Bytes udp(unsigned from_port, unsigned to_port, const Bytes& from, const Bytes& to, const Bytes& payload) {
  return ipv4(17, from, to, be16(from_port) + be16(to_port) + be16(8 + unsigned(payload.size())) + be16(0) + payload);
}

struct Segment {
  unsigned from_port, to_port;
  std::uint32_t sequence, acknowledged;
  unsigned flags;
  Bytes data{};
};
constexpr unsigned kFinBit = 1, kSynBit = 2, kRstBit = 4, kPshBit = 8, kAckBit = 16;

inline Bytes tcp(const Segment& segment, const Bytes& to = kRouterAddress) {
  auto packet = [&](unsigned sum) {
    return be16(segment.from_port) + be16(segment.to_port) + be32(segment.sequence) + be32(segment.acknowledged) +
           Bytes{0x50, std::uint8_t(segment.flags)} + be16(0xffff) + be16(sum) + be16(0) + segment.data;
  };
  Bytes pseudo = kGuestAddress + to + Bytes{0, 6} + be16(unsigned(packet(0).size()));
  return ipv4(6, kGuestAddress, to, packet(checksum(pseudo + packet(0))));
}

inline bool is_tcp(const Bytes& frame) { return frame.size() >= 54 && get(frame, 12, 2) == 0x0800 && frame[23] == 6; }
inline Segment segment_of(const Bytes& frame) {
  std::size_t data = 34 + (frame.at(46) >> 4) * 4, end = 14 + get(frame, 16, 2);
  return {get(frame, 34, 2), get(frame, 36, 2),
          get(frame, 38, 4), get(frame, 42, 4),
          frame.at(47),      Bytes(frame.begin() + std::ptrdiff_t(data), frame.begin() + std::ptrdiff_t(end))};
}

/// The guest's network card: `frames` is the monitor's end.
class Guest {
 public:
  explicit Guest(int frames) : frames_(frames) {}

  void send(const Bytes& frame) {
    pollfd room{frames_, POLLOUT, 0};
    REQUIRE(poll(&room, 1, 10'000) == 1);
    REQUIRE(::send(frames_, frame.data(), frame.size(), MSG_NOSIGNAL) == ssize_t(frame.size()));
  }

  /// The next frame that is `wanted`, within ten seconds; answers questions for the guest's address on the way.
  std::optional<Bytes> receive(const std::function<bool(const Bytes&)>& wanted) {
    for (unsigned frames = 0; frames < 1000; ++frames) {
      pollfd some{frames_, POLLIN, 0};
      if (poll(&some, 1, 10'000) != 1) return {};
      Bytes frame(70'000);
      ssize_t length = recv(frames_, frame.data(), frame.size(), 0);
      if (length <= 0) return {};
      frame.resize(std::size_t(length));
      if (wanted(frame)) return frame;
      if (is_question(frame))
        send(arp(2, kGuestAddress, Bytes(frame.begin() + 22, frame.begin() + 28), kRouterAddress));
    }
    return {};
  }

  static Bytes arp(unsigned operation, const Bytes& own, const Bytes& other_mac, const Bytes& other) {
    return ethernet(0x0806, Bytes{0, 1, 8, 0, 6, 4} + be16(operation) + kGuestMac + own + other_mac + other);
  }

 private:
  static bool is_question(const Bytes& frame) {
    return frame.size() >= 42 && get(frame, 12, 2) == 0x0806 && get(frame, 20, 2) == 1 &&
           get(frame, 38, 4) == 0x0a00020f;
  }

  int frames_;
};

}  // namespace wick::test
