// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The process behind the user-mode network: libslirp between one message socket that carries the guest's frames and
// ordinary sockets of the host. One thread, which sleeps without a timeout while nothing goes on. Touches those sockets
// and its own memory, nothing else.

#include <poll.h>

#include <expected>
#include <span>
#include <string>

#include "idle.h"
#include "wall/hosted/forward.h"
#include "wall/hosted/frame_queue.h"
#include "wall/hosted/jail.h"

namespace wick::hosted {

class Translator {
 public:
  /// Opens the forwards' ports. @return what is wrong in one sentence
  std::expected<void, std::string> start(int frames, std::span<const Forward> forwards);

  /// @return when the other end of the frames' socket is closed
  void run();

 private:
  struct Timer {
    std::int64_t due = 0;  ///< milliseconds
    bool armed = false;
  };

  static const SlirpCb callbacks;
  static slirp_ssize_t send(const void* frame, std::size_t length, void* self);
  static void* new_timer(SlirpTimerId id, void* cookie, void* self);
  static int add(int file, int events, void* self);
  static int result(int index, void* self);

  void deepen_queues();
  int wait_time(std::uint32_t wanted) const;
  bool round();
  bool take_frames();
  void run_timer();

  Slirp* slirp_ = nullptr;
  int frames_ = -1;
  bool full_ = false;  ///< the guest is behind: take nothing more from the host's sockets
  Timer timer_;        ///< of the router's advertisements, the only one there is
  void* timer_cookie_ = nullptr;
  unsigned count_ = 0;
  pollfd polled_[1 + jail_files];
  Outgoing outgoing_;
  Incoming incoming_;
};

}  // namespace wick::hosted
