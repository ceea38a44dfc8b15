// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Sleeping and yielding. A handler that ran ends a sleep.

#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "posix/deadline.h"
#include "posix/interruption.h"
#include "posix/result.h"
#include "sched/thread.h"

using namespace wick;

namespace {

/// @return what is left of the sleep when a handler has ended it
Nanoseconds sleep_until(Nanoseconds instant) {
  sched::WaitQueue nothing;
  for (;;) {
    const sched::Woken woken = posix::wait(nothing, instant, posix::Restart::never);
    if (woken == sched::Woken::by_deadline) return Nanoseconds{0};
    if (woken == sched::Woken::by_queue) continue;
    const Nanoseconds now = time::now();
    return instant > now ? instant - now : Nanoseconds{1};
  }
}

/// @return 0 or EINTR
int sleep_for(Nanoseconds duration, timespec* left) {
  const Nanoseconds rest = sleep_until(time::deadline(duration));
  if (raw(rest) && left) *left = posix::to_timespec(rest);
  return raw(rest) ? EINTR : 0;
}

}  // namespace

extern "C" {

int sched_yield(void) {
  sched::yield();
  (void)posix::let_in();
  return 0;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec* time, struct timespec* left) {
  if (!posix::valid(*time) || (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)) return EINVAL;
  const bool absolute = (flags & TIMER_ABSTIME) != 0;
  if (absolute) return raw(sleep_until(posix::instant(clock, *time))) ? EINTR : 0;
  return sleep_for(posix::to_nanoseconds(*time), left);
}

int nanosleep(const struct timespec* time, struct timespec* left) {
  if (!posix::valid(*time) || time->tv_sec < 0) {
    errno = EINVAL;
    return -1;
  }
  return posix::int_result(-sleep_for(posix::to_nanoseconds(*time), left));
}

int usleep(useconds_t microseconds) { return posix::int_result(-sleep_for(time::microseconds(microseconds), nullptr)); }

unsigned sleep(unsigned seconds) {
  timespec left{};
  return sleep_for(time::seconds(seconds), &left) ? static_cast<unsigned>(left.tv_sec + (left.tv_nsec > 0)) : 0;
}

}  // extern "C"
