// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A network device whose frames come behind a virtio-net header with the offloads: from a tap interface of the host's,
// one a read or write, or through the rings of the user-mode network, about which its socket has words.

#include <net/if.h>
#include <sys/uio.h>

#include <algorithm>
#include <memory>
#include <string>

#include "class/network.h"
#include "monitor/base/sentence.h"
#include "monitor/devices/device_options.h"
#include "monitor/network/frame_ring.h"
#include "virtio/network_header.h"

namespace wick::monitor {

class FrameSocket final : public drivers::Network {
 public:
  /// Attaches to a tap interface that exists, or makes one (which needs CAP_NET_ADMIN).
  /// @return what is wrong in one sentence
  Outcome open_tap(const std::string& interface);
  /// @param file, rings of UserNetwork
  void use_user_network(int file, FrameRings& rings);

  int file() const { return file_; }
  /// Whether frames wait because the other side took no more.
  bool blocked() const { return blocked_; }
  /// And for `file` to take some.
  bool wants_to_write() const { return blocked_ && !has_rings_; }
  /// To be called before `file` is waited for. @return false: there is something to do at once
  bool wait();
  /// And behind it.
  void awake();
  /// `file` is readable.
  void hear();
  /// What has been read from the rings is nonsense: nothing comes from there any more.
  bool broken() const { return from_.broken() || to_.broken(); }
  /// `file` has its end: what the guest sends from now on is lost.
  void lose() { lost_ = true; }
  /// How many frames come at a time, of late.
  unsigned burst() const { return burst_ / 8; }
  /// Frames so far, both ways.
  std::uint64_t frames() const { return frames_; }

  /// The guest is over. @return false: there is nobody to be told, else `file` has its end once all frames are passed
  /// on
  bool say_end() { return has_rings_ && say(Word::end); }

  /// Instead of one that was chosen. Before the guest is told.
  void use_address(const Mac& mac) { std::ranges::copy(mac, info_.mac); }

  drivers::NetworkInfo info() const override { return info_; }
  Status transmit(std::span<const drivers::TransmitSegment> segments, const drivers::TransmitHints& hints,
                  void* token) override;
  void flush() override;
  unsigned poll(Receiver& receiver, unsigned budget) override;
  void release(drivers::ReceiveBuffer*) override {}
  /// Whoever serves this device looks at its file: there is nothing to ask for.
  bool arm() override { return true; }

 private:
  using Header = drivers::virtio::NetworkHeader;
  static constexpr unsigned kMaxTokens = 256;
  static constexpr std::size_t kMaxFrame = 65'536 + 64;

  void use(int file);
  void offer_all();
  bool say(Word word);
  bool put(std::span<const iovec> pieces);
  std::span<std::uint8_t> next();
  bool receive(Receiver& receiver);

  int file_ = -1;
  bool blocked_ = false, has_rings_ = false, lost_ = false;
  RingReader from_;
  RingWriter to_;
  unsigned burst_ = 8;  ///< in eighths
  std::uint64_t frames_ = 0;
  drivers::NetworkInfo info_{};
  void* tokens_[kMaxTokens];  ///< of frames that are out already, to be reported
  unsigned token_count_ = 0;
  std::unique_ptr<std::uint8_t[]> frame_;  ///< received from a tap, kMaxFrame bytes
};

}  // namespace wick::monitor
