// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Sleeping and yielding. Nothing interrupts a sleep: there are no signals.

#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "posix/deadline.h"
#include "sched/thread.h"

using namespace wick;

extern "C" {

int sched_yield(void) {
  sched::yield();
  return 0;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec* time, struct timespec*) {
  if (!posix::valid(*time) || (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)) return EINVAL;
  const bool absolute = (flags & TIMER_ABSTIME) != 0;
  sched::sleep_until(absolute ? posix::instant(clock, *time) : time::deadline(posix::to_nanoseconds(*time)));
  return 0;
}

int nanosleep(const struct timespec* time, struct timespec*) {
  if (!posix::valid(*time) || time->tv_sec < 0) {
    errno = EINVAL;
    return -1;
  }
  sched::sleep_until(time::deadline(posix::to_nanoseconds(*time)));
  return 0;
}

int usleep(useconds_t microseconds) {
  sched::sleep_until(time::deadline(time::microseconds(microseconds)));
  return 0;
}

unsigned sleep(unsigned seconds) {
  sched::sleep_until(time::deadline(time::seconds(seconds)));
  return 0;
}

}  // extern "C"
