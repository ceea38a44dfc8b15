// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Clocks. CLOCK_REALTIME counts from the start of the machine when nobody underneath knows the date.

#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

#include "posix/deadline.h"

using namespace wick;

namespace {

// CLOCK_PROCESS_CPUTIME_ID and CLOCK_THREAD_CPUTIME_ID, which picolibc's headers hide by default.
constexpr clockid_t kProcessTime = 2, kThreadTime = 3;

/// Coarse clocks are no cheaper here, nobody slews the monotonic one, and the machine doesn't suspend: each of Linux'
/// relatives is one of the two clocks. The program has the processor to itself: its time is the time since the start.
clockid_t same_as(clockid_t clock) {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
      return CLOCK_REALTIME;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case kProcessTime:
    case kThreadTime:
      return CLOCK_MONOTONIC;
    default:
      return -1;
  }
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, struct timespec* to) {
  switch (same_as(clock)) {
    case CLOCK_REALTIME:
      *to = posix::to_timespec(time::wall().value_or(time::now()));
      return 0;
    case CLOCK_MONOTONIC:
      *to = posix::to_timespec(time::now());
      return 0;
    default:
      errno = EINVAL;
      return -1;
  }
}

int clock_settime(clockid_t clock, const struct timespec* date) {
  if (clock != CLOCK_REALTIME || !posix::valid(*date) || date->tv_sec < 0) {
    errno = EINVAL;
    return -1;
  }
  time::set_wall(posix::to_nanoseconds(*date));
  return 0;
}

int clock_getres(clockid_t clock, struct timespec* to) {
  if (same_as(clock) == static_cast<clockid_t>(-1)) {
    errno = EINVAL;
    return -1;
  }
  if (to) *to = {0, 1};
  return 0;
}

int gettimeofday(struct timeval* to, void*) {
  const timespec now = posix::to_timespec(time::wall().value_or(time::now()));
  *to = {now.tv_sec, static_cast<suseconds_t>(now.tv_nsec / 1000)};
  return 0;
}

/// One program, which has the processor to itself: its time is the time since the start.
clock_t times(struct tms* to) {
  const auto ticks = static_cast<clock_t>(raw(time::now()) / (time::kSecond / CLOCKS_PER_SEC));
  if (to) *to = {ticks, 0, 0, 0};
  return ticks;
}

}  // extern "C"
