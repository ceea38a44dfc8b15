// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Frames on their way to the guest. Whoever has something to say writes it where the frame lies: begin() makes the
// headers below it and gives its place, end() fills in what depends on it. Nothing goes out before flush(), so that all
// of a round goes with few system calls. Touches the frames' socket only.

#include "monitor/network/frame_ring.h"
#include "monitor/network/packet.h"

namespace wick::monitor {

enum class Protocol : std::uint8_t { icmp = 1, tcp = 6, udp = 17, icmp6 = 58 };

class Wire {
 public:
  static constexpr std::size_t kMtu = 1500;
  /// Bytes behind an IP header that one datagram has at most, whatever the wire.
  static constexpr std::size_t kLargest = 65'535 - 40;

  /// @param ring takes the frames, the socket words about it; nullptr: the socket takes them. With a ring each frame
  /// has a virtio-net header before it, both ways, and with it what that allows: sums that nobody fills in, TCP
  /// segments of up to 64 KiB
  void open(int socket, FrameRing* ring);

  bool takes_large() const { return headers_; }
  /// What the guest's frames are sent to. Nothing can be sent before one has come.
  void set_guest(const Mac& mac) {
    guest_ = mac;
    knows_guest_ = true;
  }
  bool knows_guest() const { return knows_guest_; }
  const Mac& guest() const { return guest_; }

  /// Room for what one connection may want to say in a turn. Who has no room waits for it, or is lost as on any wire.
  bool has_room() { return headers_ ? ring_.has_room(2 * kRoomForOne) : out_.room() > 4 * (kMaxFrame + 64); }

  /// @param length bytes behind the IP header  @return their place; nullptr: no room, the frame is lost
  std::uint8_t* begin(const Address& from, const Address& to, Protocol protocol, std::size_t length,
                      std::uint8_t hops = 64);
  /// @param sum_at place of the checksum behind the IP header  @param segment bytes of a wire's segment, when the frame
  /// holds more of TCP's than one
  void end(std::size_t sum_at, std::uint16_t segment = 0);

  /// As begin() for what is no IP. The guest's address, or everybody's while it isn't known.
  std::uint8_t* begin_arp();
  void end_arp();

  /// Cuts what is larger than the wire takes (IPv4 only).
  void send_udp(const Endpoint& from, const Endpoint& to, Bytes data);

  /// @return false when the other side is gone
  bool flush();
  /// Whether the guest has to take something before there is room; then it says so, or the socket can be written to.
  bool blocked() { return headers_ ? ring_.wait_for(2 * kRoomForOne) : !out_.empty(); }
  bool waits_for_socket() const { return !out_.empty(); }
  /// A word to the other side.
  void say(Word word);

 private:
  std::uint8_t* frame(std::size_t length, std::uint16_t type);
  void commit(std::size_t length);
  void send_pieces(std::size_t length);

  int socket_ = -1;
  bool headers_ = false, knows_guest_ = false;
  Mac guest_{};
  std::uint16_t id_ = 0;
  // Of the frame in hand.
  std::uint8_t* frame_ = nullptr;
  std::size_t ip_ = 0, length_ = 0;
  Address from_, to_;
  Protocol protocol_{};
  Outgoing out_;
  RingWriter ring_;
};

}  // namespace wick::monitor
