// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Ports that several appliances share by host name: who comes is looked at, without taking a byte from what it says,
// until its request names a host; then it is brought to that host's door. Clients are strangers: each has little room
// and little time, and there are not too many at once.

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>

#include "serve/fleet.h"

namespace wick::tool {

/// A port, and who is behind it.
struct Gate {
  int file = -1;
  struct Behind {
    std::uint32_t appliance;
    std::size_t door;
  };
  std::map<std::string, Behind> hosts;  ///< names as plain_host() makes them
};

class Reception {
 public:
  Reception(Poller& poller, Fleet& fleet, Metrics& metrics) : poller_(poller), fleet_(fleet), metrics_(metrics) {}

  void begin(std::vector<Gate> gates);
  /// A client comes.
  void called(std::uint32_t gate);
  /// A client has said more.
  void heard(std::uint32_t client);
  /// Sends away whom it takes too long. @return milliseconds until somebody's time is over; -1: nobody is here
  int run_timers();
  /// Nobody is taken any more.
  void stop();

 private:
  struct Client {
    int file;
    std::uint32_t gate;
  };

  void watch(bool on);
  void send_away(const Client& client, const char* status);
  void forget(std::uint32_t number);

  Poller& poller_;
  Fleet& fleet_;
  Metrics& metrics_;
  std::vector<Gate> gates_;
  std::unordered_map<std::uint32_t, Client> clients_;
  std::deque<std::pair<Moment, std::uint32_t>> times_;  ///< when whose time is over, in order; of some who are gone
  std::uint32_t next_ = 0;
  bool watches_ = false;
};

}  // namespace wick::tool
