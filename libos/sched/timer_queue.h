// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The armed timers of one vCPU. Host-testable: the caller says what time it is.

#include "sched/thread.h"

namespace wick::sched {

class TimerQueue {
 public:
  /// When the earliest is due; kNever without any.
  static Nanoseconds next(const PairingHeap<Timer>& timers) { return timers.first() ? timers.first()->at_ : kNever; }

  static void arm(PairingHeap<Timer>& timers, Timer& timer, Nanoseconds at, Timer::Fire fire) {
    cancel(timers, timer);
    timer.at_ = at;
    timer.fire_ = fire;
    timers.insert(timer);
  }

  static void cancel(PairingHeap<Timer>& timers, Timer& timer) {
    if (!timer.fire_) return;
    timers.remove(timer);
    timer.fire_ = nullptr;
  }

  /// Fires what is due at `now`, earliest first. A timer armed again for an instant not after `now` fires again at
  /// once, so fire() must move forward.
  static void run(PairingHeap<Timer>& timers, Nanoseconds now) {
    while (Timer* timer = timers.first()) {
      if (raw(timer->at_) > raw(now)) break;
      timers.remove(*timer);
      const Timer::Fire fire = timer->fire_;
      timer->fire_ = nullptr;
      fire(*timer);
    }
  }
};

}  // namespace wick::sched
