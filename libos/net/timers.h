// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// lwIP's periodic work, run only while there is some: TCP's quarter-second tick while there are connections, DHCP's
// half-second one until an address is settled, MLD's tenth of a second while reports are due, and one tick a second
// for everything else.

#include "abi/types.h"

namespace wick::net {

class Timers {
 public:
  /// Runs what is due. @return when to be called next, at the latest
  Nanoseconds run(Nanoseconds now) { return raw(now) < raw(wake_) && !tcp_started ? wake_ : run_due(now); }

  static bool tcp_started;  ///< set by lwIP when a connection begins: TCP's tick may have to be started

 private:
  Nanoseconds run_due(Nanoseconds now);
  Nanoseconds wake_{};
  struct Period {
    std::uint64_t next = 0;
    bool due(std::uint64_t now, std::uint64_t interval);
  };
  Period tcp_, second_, dhcp_fine_, dhcp_coarse_, mld_;
};

}  // namespace wick::net
