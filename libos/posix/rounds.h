// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What timers of the program have in common: how long they have to go, and their rounds.

#include "sched/thread.h"
#include "time/clock.h"

namespace wick::posix {

/// 0: it is off. One that is due and hasn't fired yet has still a little to go, so that it doesn't seem to be.
inline Nanoseconds left(const sched::Timer& timer) {
  if (!timer.armed()) return Nanoseconds{0};
  const Nanoseconds now = time::now();
  return timer.at() > now ? timer.at() - now : Nanoseconds{1};
}

/// Arms a timer that has fired for its next round that is still to come. @return how many are over already
inline std::uint64_t begin_round(sched::Timer& timer, Nanoseconds interval, sched::Timer::Fire fire) {
  const std::uint64_t missed = raw(time::now() - timer.at()) / raw(interval);
  timer.arm(timer.at() + Nanoseconds{(missed + 1) * raw(interval)}, fire);
  return missed;
}

}  // namespace wick::posix
