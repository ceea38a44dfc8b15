// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A device that is played, and peers behind it who send TCP segments to the stack and read what it answers.

#include <wick/net.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lwip/prot/ip.h"
#include "lwip/prot/tcp.h"
#include "net/stack.h"

namespace wick::test {

class PlayedDevice final : public drivers::Network {
 public:
  drivers::NetworkInfo info() const override {
    return {
        .mac = {2, 0, 0, 0, 0, 2}, .mtu = 1500, .link_up = true, .offload = {.receive_checksum = true}, .events = {}};
  }
  Status transmit(std::span<const drivers::TransmitSegment> segments, const drivers::TransmitHints&,
                  void* token) override;
  void flush() override {}
  unsigned poll(Receiver& receiver, unsigned budget) override;
  void release(drivers::ReceiveBuffer* buffer) override;
  bool arm() override { return true; }

  /// A frame for the stack. @param word that its checksums are right
  void deliver(std::string frame, bool word);
  /// The station that has the peers' address, by its last byte.
  void tell_arp(char station = 1);
  /// Where the last segment went, likewise.
  char destination() const { return destination_; }
  /// What was sent to a port since the last call, from the IP header on.
  std::vector<std::string> sent_to(std::uint16_t port);

  unsigned foretold() const { return foretold_[1]; }
  unsigned foretold_without_word() const { return foretold_[0]; }
  unsigned others() const { return others_; }
  std::size_t held() const { return frames_.size(); }

 private:
  struct Frame {
    drivers::ReceiveBuffer buffer{};
    std::string bytes;
    bool word = false;
    bool is_tcp = false;
  };
  std::map<drivers::ReceiveBuffer*, std::unique_ptr<Frame>> frames_;  ///< with the stack
  std::vector<std::unique_ptr<Frame>> waiting_;
  std::vector<void*> tokens_;
  std::map<std::uint16_t, std::vector<std::string>> sent_;
  unsigned foretold_[2] = {}, others_ = 0;
  char destination_ = 0;
};

/// Relative to the numbers at which a connection began.
struct Segment {
  std::uint32_t acknowledged = 0;
  int ahead = 0;  ///< of the byte that comes next
  std::uint16_t window = 0;
  std::uint8_t flags = TCP_ACK;
  unsigned options = 0;  ///< bytes of them, a multiple of four
  unsigned padding = 0;  ///< bytes behind the packet that aren't its
  std::string text = {};
};

class Peer {
 public:
  Peer(PlayedDevice& device, std::uint16_t port, std::uint32_t start, bool word)
      : device_(device), port_(port), start_(start), word_(word) {}

  void open();
  bool is_open() const { return open_; }
  void say(const Segment& segment);
  void reset(std::uint32_t sequence);
  /// @return what has come since, a line a segment, without what differs from one connection to another
  std::string listen();

  std::uint16_t port() const { return port_; }
  std::uint32_t start() const { return start_; }
  std::uint32_t theirs() const { return theirs_; }
  std::uint32_t heard() const { return heard_; }

 private:
  void send(std::uint32_t sequence, const Segment& segment);
  PlayedDevice& device_;
  const std::uint16_t port_;
  const std::uint32_t start_;
  const bool word_;
  std::uint32_t next_ = 0, theirs_ = 0, heard_ = 0;
  bool open_ = false;
};

}  // namespace wick::test
