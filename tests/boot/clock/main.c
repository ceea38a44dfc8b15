// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static long long nanoseconds(clockid_t clock) {
  struct timespec now;
  CHECK(clock_gettime(clock, &now) == 0 && now.tv_nsec >= 0 && now.tv_nsec < 1000000000);
  return now.tv_sec * 1000000000ll + now.tv_nsec;
}

/// For a test from outside: what the date is, over and over.
static int tell_date(void) {
  for (;;) {
    printf("date %lld\n", nanoseconds(CLOCK_REALTIME));
    usleep(100000);
  }
}

/// Of several naps of 50 ms: a busy host may keep the processor from the guest during any one of them.
static long long shortest_nap(void) {
  long long shortest = 1ll << 62;
  for (int i = 0; i < 5; i++) {
    long long before = nanoseconds(CLOCK_MONOTONIC);
    CHECK(usleep(50000) == 0);
    long long slept = nanoseconds(CLOCK_MONOTONIC) - before;
    if (slept < shortest) shortest = slept;
  }
  return shortest;
}

int main(int count, char** words) {
  if (count > 1 && !strcmp(words[1], "date")) return tell_date();
  long long last = nanoseconds(CLOCK_MONOTONIC);
  for (int i = 0; i < 10000; i++) {
    long long now = nanoseconds(CLOCK_MONOTONIC);
    CHECK(now >= last);
    last = now;
  }
  long long shortest = shortest_nap();
  CHECK(shortest >= 50000000 && shortest < 500000000);

  struct timespec until;
  CHECK(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
  until.tv_sec += 1;
  CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0) == 0);
  struct timespec now;
  CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0 && now.tv_sec >= until.tv_sec);
  struct timespec wrong = {0, 1000000000};
  CHECK(nanosleep(&wrong, 0) == -1 && errno == EINVAL);
  CHECK(clock_gettime(99, &now) == -1 && errno == EINVAL);

  // 2024 to 2100: the machine has a real-time clock.
  time_t date = time(0);
  CHECK(date > 1704067200 && date < 4102444800);
  struct timeval day;
  CHECK(gettimeofday(&day, 0) == 0 && day.tv_sec >= date && day.tv_sec <= date + 2);
  long long real = nanoseconds(CLOCK_REALTIME), steady = nanoseconds(CLOCK_MONOTONIC);
  CHECK(usleep(20000) == 0);
  long long real_passed = nanoseconds(CLOCK_REALTIME) - real, passed = nanoseconds(CLOCK_MONOTONIC) - steady;
  CHECK(real_passed - passed < 1000000 && passed - real_passed < 1000000);
  struct timespec set = {1900000000, 0};
  CHECK(clock_settime(CLOCK_REALTIME, &set) == 0 && time(0) >= 1900000000 && time(0) <= 1900000002);
  CHECK(clock_getres(CLOCK_MONOTONIC, &now) == 0 && now.tv_nsec >= 1);
  CHECK(clock() != (clock_t)-1);
  return success();
}
