// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How long a guest with nothing to do is waited for by looking, before anybody sleeps. An event that comes within this
// time is cheaper to look for: both directions of a sleep cost that much where a hypervisor runs below. So whoever
// waited that long last time and found nothing goes to sleep at once.

#include "abi/types.h"

namespace wick::monitor {

class IdlePolicy {
 public:
  static constexpr std::uint64_t kPollNs = 100'000;  ///< nanoseconds

  /// Whether the last wait ended so soon that looking would have found its end.
  bool looks() const { return looks_; }
  /// @param time how long the guest had nothing to do
  void waited(Nanoseconds time) { looks_ = raw(time) < kPollNs; }

 private:
  bool looks_ = false;
};

}  // namespace wick::monitor
