// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// One appliance of `wick serve`, asleep or awake, and what all of one image share.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/process.h"

namespace wick::tool {

using Moment = std::chrono::steady_clock::time_point;

/// What an image is started by.
struct Origin {
  Arguments command;  ///< without ports
  fs::path warm;      ///< its snapshot, for all that have none of their own
  std::string image, wall;
};

/// A way to an appliance.
struct Door {
  int file = -1;   ///< clients wait here: a listening socket, or one whose messages bring connections
  int bring = -1;  ///< the other end of that
  std::uint16_t guest_port = 0;
  std::string published;  ///< as `wick ps` shows it
};

struct Appliance {
  enum class State : std::uint8_t {
    asleep,      ///< no process; its doors are watched
    queued,      ///< a client waits, and so does the appliance
    waking,      ///< a process; the guest has taken nobody yet
    awake,       ///< it is the appliance that watches its doors
    asked,       ///< whether it can rest
    suspending,  ///< its memory is being written
    suspended,   ///< it has been; the process is about to end
    ending,
  };

  std::string name;
  std::uint32_t origin = 0;
  std::vector<Door> doors;
  State state = State::asleep;
  bool own = false;  ///< has a snapshot of its own
  bool quiet = false;
  unsigned failures = 0;  ///< in a row
  int process = -1;
  int words = -1;    ///< to its network (abi/host/keeper.h)
  int control = -1;  ///< to its monitor, while its memory is written (abi/host/control.h)
  Moment called, quiet_since;
  Moment due{};  ///< when waking or being written has taken too long; the beginning of time: it may take any

  bool has_process() const { return state > State::queued; }
};

}  // namespace wick::tool
