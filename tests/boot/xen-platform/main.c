// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Sleeps and looks at the clocks; tests/xen/check.py compares what it prints with the host's clocks and with the
// processor time that the machine used. The exit code is the first argument.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "check.h"

static int64_t now_us(clockid_t clock) {
  struct timespec time;
  CHECK(clock_gettime(clock, &time) == 0);
  return time.tv_sec * INT64_C(1000000) + time.tv_nsec / 1000;
}

static int64_t sleep_us(int64_t length) {
  const struct timespec time = {.tv_sec = length / 1000000, .tv_nsec = length % 1000000 * 1000};
  const int64_t start = now_us(CLOCK_MONOTONIC);
  CHECK(nanosleep(&time, NULL) == 0);
  return now_us(CLOCK_MONOTONIC) - start;
}

int main(int argc, char** argv) {
  enum { kNap = 200000, kLate = 1000000, kIdle = 3000000, kLines = 100 };
  const int64_t date = now_us(CLOCK_REALTIME) / 1000000;
  printf("date %lld\n", (long long)date);
  CHECK(date > INT64_C(1700000000));
  for (int i = 0; i < 5; ++i) {
    const int64_t slept = sleep_us(kNap);
    printf("slept %lld us\n", (long long)slept);
    CHECK(slept >= kNap && slept < kNap + kLate);
  }

  // More than a console ring holds, so that the writer must wait for the reader.
  for (int i = 0; i < kLines; ++i)
    printf("line %d of %d, as long as a line of a log usually is, give or take a few\n", i, kLines);

  puts("idle begins");
  fflush(stdout);
  const int64_t slept = sleep_us(kIdle);
  printf("idle ends after %lld us\n", (long long)slept);
  CHECK(slept >= kIdle && slept < kIdle + kLate);
  success();
  return argc > 1 ? atoi(argv[1]) : 0;
}
