// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// alarm() and setitimer(ITIMER_REAL), which are one timer. Timers of processor time don't exist: nobody accounts for
// it.

#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "posix/deadline.h"
#include "posix/result.h"
#include "posix/rounds.h"
#include "posix/signals.h"
#include "sched/lock.h"
#include "time/clock.h"

using namespace wick;

namespace {

struct Alarm : sched::Timer {
  Nanoseconds interval{0};
};
constinit Alarm the_alarm;

void fire(sched::Timer& timer) {
  auto& alarm = static_cast<Alarm&>(timer);
  siginfo_t information{};
  information.si_signo = SIGALRM;
  information.si_code = SI_KERNEL;
  (void)posix::post_signal(information);
  if (raw(alarm.interval)) (void)posix::begin_round(alarm, alarm.interval, fire);
}

constexpr bool valid(const timeval& time) { return posix::valid(time) && time.tv_sec >= 0; }

/// What is left until it rings; something while it is armed.
Nanoseconds left() {
  const sched::Guard guard(sched::State::threads);
  const Nanoseconds rest = posix::left(the_alarm);
  return raw(rest) ? std::max(rest, time::microseconds(1)) : rest;
}

void set(Nanoseconds after, Nanoseconds interval) {
  const sched::Guard guard(sched::State::threads);
  the_alarm.interval = interval;
  if (raw(after)) {
    the_alarm.arm(time::deadline(after), fire);
  } else {
    the_alarm.cancel();
  }
}

}  // namespace

extern "C" {

unsigned alarm(unsigned seconds) {
  const Nanoseconds before = left();
  set(time::seconds(seconds), Nanoseconds{0});
  const std::uint64_t rounded = (raw(before) + time::kSecond / 2) / time::kSecond;
  return raw(before) && !rounded ? 1 : static_cast<unsigned>(rounded);
}

useconds_t ualarm(useconds_t first, useconds_t interval) {
  const Nanoseconds before = left();
  set(time::microseconds(first), time::microseconds(interval));
  return static_cast<useconds_t>(raw(before) / time::kMicrosecond);
}

int getitimer(int which, struct itimerval* to) {
  if (which != ITIMER_REAL) return posix::int_result(-EINVAL);
  *to = {posix::to_timeval(the_alarm.interval), posix::to_timeval(left())};
  return 0;
}

int setitimer(int which, const struct itimerval* wanted, struct itimerval* before) {
  if (which != ITIMER_REAL || !valid(wanted->it_value) || !valid(wanted->it_interval))
    return posix::int_result(-EINVAL);
  if (before) (void)getitimer(which, before);
  set(posix::to_nanoseconds(wanted->it_value), posix::to_nanoseconds(wanted->it_interval));
  return 0;
}

}  // extern "C"
