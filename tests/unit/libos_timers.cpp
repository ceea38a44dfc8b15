// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "sched/timer_queue.h"

using namespace wick;
using namespace wick::sched;

namespace {
PairingHeap<Timer> timers;
std::vector<std::uint64_t> fired;
void note(Timer& timer) { fired.push_back(raw(timer.at())); }
}  // namespace

/// On the host there is one queue only; in images this is sched/events.cpp.
void Timer::cancel() { TimerQueue::cancel(timers, *this); }

TEST_CASE("Timers fire in order, when they are due") {
  fired.clear();
  Timer a, b, c;
  CHECK(TimerQueue::next(timers) == kNever);
  TimerQueue::arm(timers, a, Nanoseconds{30}, note);
  TimerQueue::arm(timers, b, Nanoseconds{10}, note);
  TimerQueue::arm(timers, c, Nanoseconds{20}, note);
  CHECK(TimerQueue::next(timers) == Nanoseconds{10});
  TimerQueue::run(timers, Nanoseconds{9});
  CHECK(fired.empty());
  TimerQueue::run(timers, Nanoseconds{20});
  CHECK(fired == std::vector<std::uint64_t>{10, 20});
  CHECK_FALSE(b.armed());
  CHECK(a.armed());
  TimerQueue::arm(timers, a, Nanoseconds{5}, note);
  CHECK(TimerQueue::next(timers) == Nanoseconds{5});
  a.cancel();
  a.cancel();
  CHECK(TimerQueue::next(timers) == kNever);
}

TEST_CASE("A timer may arm itself again and cancel others") {
  static Timer periodic, victim;
  static int rounds;
  rounds = 0;
  TimerQueue::arm(timers, victim, Nanoseconds{2}, note);
  TimerQueue::arm(timers, periodic, Nanoseconds{1}, [](Timer& timer) {
    victim.cancel();
    if (++rounds < 3) TimerQueue::arm(timers, timer, timer.at() + Nanoseconds{10}, [](Timer&) { rounds = 100; });
  });
  fired.clear();
  TimerQueue::run(timers, Nanoseconds{5});
  CHECK(rounds == 1);
  CHECK(fired.empty());
  CHECK(TimerQueue::next(timers) == Nanoseconds{11});
  TimerQueue::run(timers, Nanoseconds{11});
  CHECK(rounds == 100);
}

TEST_CASE("Ten thousand random armings and cancellations agree with a sorted list") {
  std::mt19937 random(1);
  std::vector<Timer> many(500);
  fired.clear();
  std::uint64_t now = 0;
  for (int round = 0; round < 10000; round++) {
    Timer& timer = many[random() % many.size()];
    if (random() % 3 == 0)
      timer.cancel();
    else
      TimerQueue::arm(timers, timer, Nanoseconds{now + random() % 1000}, note);
    if (random() % 10 == 0) {
      now += random() % 200;
      std::vector<std::uint64_t> due;
      for (const Timer& each : many) {
        if (each.armed() && raw(each.at()) <= now) due.push_back(raw(each.at()));
      }
      std::ranges::sort(due);
      fired.clear();
      TimerQueue::run(timers, Nanoseconds{now});
      REQUIRE(fired == due);
    }
    std::uint64_t earliest = raw(kNever);
    for (const Timer& each : many) {
      if (each.armed()) earliest = std::min(earliest, raw(each.at()));
    }
    REQUIRE(raw(TimerQueue::next(timers)) == earliest);
  }
}
