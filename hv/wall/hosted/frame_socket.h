// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A network device over a file descriptor that carries one Ethernet frame a read or write, behind a virtio-net header
// with the offloads: a tap interface of the host's, or the socket of the user-mode network.

#include <net/if.h>

#include <expected>
#include <string>

#include "class/network.h"
#include "virtio/network_header.h"

namespace wick::hosted {

class FrameSocket final : public drivers::Network {
 public:
  /// Attaches to a tap interface that exists, or makes one (which needs CAP_NET_ADMIN).
  /// @return what is wrong in one sentence
  std::expected<void, std::string> open_tap(const std::string& interface);
  /// @param file of UserNetwork
  void use_user_network(int file);

  int file() const { return file_; }
  /// Whether frames wait because the other side took no more.
  bool wants_to_write() const { return blocked_; }
  /// How many frames come at a time, of late.
  unsigned burst() const { return burst_ / 8; }
  /// Frames so far, both ways.
  std::uint64_t frames() const { return frames_; }

  /// The guest is over. @return false: there is nobody to be told, else `file` has its end once all frames are passed on
  bool say_end();

  drivers::NetworkInfo info() const override { return info_; }
  Status transmit(std::span<const drivers::TransmitSegment> segments, const drivers::TransmitHints& hints,
                  void* token) override;
  void flush() override {}
  unsigned poll(Receiver& receiver, unsigned budget) override;
  void release(drivers::ReceiveBuffer*) override {}
  /// Whoever serves this device looks at its file: there is nothing to ask for.
  bool arm() override { return true; }

 private:
  using Header = drivers::virtio::NetworkHeader;
  static constexpr unsigned kMostTokens = 256;
  static constexpr std::size_t kMostFrame = 65'536 + 64;

  void use(int file);
  void offer_all();
  bool receive(Receiver& receiver);

  int file_ = -1;
  bool blocked_ = false, has_process_ = false;
  unsigned burst_ = 8;  ///< in eighths
  std::uint64_t frames_ = 0;
  drivers::NetworkInfo info_{};
  void* tokens_[kMostTokens];  ///< of frames that are out already, to be reported
  unsigned token_count_ = 0;
  std::uint8_t frame_[kMostFrame];  ///< received
};

}  // namespace wick::hosted
