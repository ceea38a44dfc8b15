// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// struct timespec and timeval to and from the clock's nanoseconds.

#include <sys/time.h>
#include <time.h>

#include <cerrno>

#include "time/clock.h"

namespace wick::posix {

constexpr bool valid(const timespec& time) { return time.tv_nsec >= 0 && time.tv_nsec < 1'000'000'000; }

constexpr Nanoseconds to_nanoseconds(const timespec& time) {
  if (time.tv_sec < 0) return Nanoseconds{0};
  if (static_cast<std::uint64_t>(time.tv_sec) >= ~0ull / time::kSecond - 1) return kNever;
  return Nanoseconds{static_cast<std::uint64_t>(time.tv_sec) * time::kSecond +
                     static_cast<std::uint64_t>(time.tv_nsec)};
}

constexpr timespec to_timespec(Nanoseconds time) {
  return {static_cast<time_t>(raw(time) / time::kSecond), static_cast<long>(raw(time) % time::kSecond)};
}

constexpr bool valid(const timeval& time) { return time.tv_usec >= 0 && time.tv_usec < 1'000'000; }

constexpr Nanoseconds to_nanoseconds(const timeval& time) {
  return to_nanoseconds(timespec{time.tv_sec, time.tv_usec * 1000});
}

constexpr timeval to_timeval(Nanoseconds time) {
  return {static_cast<time_t>(raw(time) / time::kSecond), static_cast<suseconds_t>(raw(time) % time::kSecond / 1000)};
}

/// From a time-out in milliseconds, negative for none: the deadline of calls that don't wait at a deadline of 0.
inline Nanoseconds deadline_in(int milliseconds) {
  if (milliseconds < 0) return kNever;
  if (milliseconds == 0) return Nanoseconds{0};
  return time::deadline(time::milliseconds(static_cast<std::uint64_t>(milliseconds)));
}

/// The instant of the monotonic clock at which `clock` will read `until`.
inline Nanoseconds instant(clockid_t clock, const timespec& until) {
  const Nanoseconds wanted = to_nanoseconds(until);
  if (clock != CLOCK_REALTIME || wanted == kNever) return wanted;
  const auto date = time::wall();
  if (!date) return wanted;  // without a date CLOCK_REALTIME is the monotonic clock
  return raw(wanted) <= raw(*date) ? Nanoseconds{0} : time::deadline(wanted - *date);
}

}  // namespace wick::posix
