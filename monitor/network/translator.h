// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The process behind the user-mode network: it turns the guest's frames into ordinary sockets of the host's and back.
// One thread, which sleeps without a timeout while nothing goes on. Touches those sockets and its own memory, nothing
// else.

#include <memory>

#include "abi/host/keeper.h"
#include "monitor/network/settings.h"
#include "monitor/network/tcp.h"
#include "monitor/network/udp.h"

namespace wick::monitor {

class Translator {
 public:
  /// @param frames the frames' socket  @param rings nullptr: it has the frames themselves  @param ports one for each of
  /// the settings' forwards
  /// @return false when the system refuses
  bool start(int frames, FrameRings* rings, const NetworkSettings& settings, std::span<const int> ports);

  /// Once the jail stands: as many connections as there may be files.
  void limit(unsigned files) { tcp_.start(seed_, files > kOtherFiles ? files - kOtherFiles : 1); }

  /// Where there is a keeper, clients are taken from now on. By itself that is when the guest has said something: a
  /// client of one that doesn't begin waits for the next.
  void go_on() { rest(false); }

  /// @return when the other end of the frames' socket is closed, or SIGTERM tells that it is gone (QEMU's kind of
  /// socket has no end): what the guest has said until then has been passed on
  void run();

  /// Descriptors that aren't connections.
  static constexpr unsigned kOtherFiles = Udp::kMax + 128;

 private:
  bool round();
  int wait_time();
  void take_time();
  Incoming::Result take_frames();
  Incoming::Result take_ring();
  void take_last_frames();
  void hear();
  void take(const Packet& packet);
  void take_dhcp(Bytes message);
  void handle(Source& source, std::uint32_t events);
  void accept(Listener& listener);
  void listen_again();
  void rest(bool rests);
  void hear_keeper();
  void tell_keeper();
  void say(KeeperWord word);

  std::uint64_t seed_ = 0;
  std::int64_t now_ = 0, advertise_due_ = kNeverDue, listen_due_ = kNeverDue;
  bool waits_to_write_ = false, closed_ = false;
  // Of the keeper: none is to be taken, since when nobody has been there, what it has heard last.
  bool begins_ = false, rests_ = false, said_awake_ = false, said_quiet_ = false;
  std::int64_t quiet_due_ = kNeverDue;
  Poller poller_;
  Wire wire_;
  Router router_{wire_};
  Reach reach_;
  Tcp tcp_{poller_, wire_, router_, reach_};
  Udp udp_{poller_, wire_, router_, reach_};
  Source frames_{Source::Kind::frames}, end_{Source::Kind::end}, keeper_{Source::Kind::keeper};
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<std::unique_ptr<DatagramPort>> datagram_ports_;
  bool has_ring_ = false;
  RingReader ring_;
  std::uint8_t frame_[kMaxFrame + kMaxOffloadHeader];
  Incoming incoming_;
};

}  // namespace wick::monitor
