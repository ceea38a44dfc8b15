// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Parts of the C library near to streams: dates, clocks, locales, options, errors, threads' stacks.

#include <getopt.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <time.h>

#include "check.h"

static void dates(void) {
  setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
  tzset();
  struct tm m = {.tm_year = 124, .tm_mon = 6, .tm_mday = 3, .tm_hour = 11, .tm_isdst = 0};
  CHECK(mktime(&m) == 1720000800 && m.tm_hour == 12 && m.tm_isdst == 1);
  m = (struct tm){.tm_year = 124, .tm_mon = 13, .tm_mday = 32, .tm_hour = 25, .tm_min = -1, .tm_isdst = -1};
  CHECK(mktime(&m) == 1741132740 && m.tm_mon == 2 && m.tm_mday == 5 && m.tm_min == 59 && m.tm_wday == 3 &&
        m.tm_yday == 63);
  m = (struct tm){.tm_year = 124, .tm_mon = 2, .tm_mday = 31, .tm_hour = 2, .tm_min = 30, .tm_isdst = -1};
  CHECK(mktime(&m) == 1711848600 && m.tm_hour == 3 && m.tm_isdst == 1);  // the clocks jump over it
  m = (struct tm){.tm_year = 124, .tm_mon = 9, .tm_mday = 27, .tm_hour = 2, .tm_min = 30, .tm_isdst = 1};
  CHECK(mktime(&m) == 1729989000);
  m = (struct tm){.tm_year = 124, .tm_mon = 9, .tm_mday = 27, .tm_hour = 2, .tm_min = 30, .tm_isdst = 0};
  CHECK(mktime(&m) == 1729992600);
  setenv("TZ", "NZST-12NZDT,M9.5.0,M4.1.0/3", 1);
  tzset();
  m = (struct tm){.tm_year = 125, .tm_mday = 1, .tm_hour = 15, .tm_min = 53, .tm_sec = 20, .tm_isdst = -1};
  CHECK(mktime(&m) == 1735700000 && m.tm_isdst == 1);
  unsetenv("TZ");
  tzset();
  m = (struct tm){.tm_year = 200, .tm_mon = 1, .tm_mday = 29};
  CHECK(timegm(&m) == 4107542400 && m.tm_mon == 2 && m.tm_mday == 1);
  m = (struct tm){.tm_year = -10, .tm_mon = 0, .tm_mday = 20};
  CHECK(mktime(&m) == -2522880000 && m.tm_wday == 1);

  struct timespec t;
  CHECK(timespec_get(&t, TIME_UTC) == TIME_UTC && t.tv_sec > 0 && timespec_get(&t, 99) == 0);
  const clockid_t clocks[] = {CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE, CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME};
  for (int i = 0; i < 4; i++) CHECK(clock_gettime(clocks[i], &t) == 0 && clock_getres(clocks[i], 0) == 0);
  CHECK(clock_gettime(99, &t) == -1 && errno == EINVAL);
}

static void options(void) {
  const struct option known[] = {{"alpha", no_argument, 0, 'a'}, {"value", required_argument, 0, 'v'}, {0}};
  char* line[] = {"prog", "-a", "-bvalue", "file", "-c", 0};
  CHECK(optind == 1);
  CHECK(getopt(5, line, "ab:c") == 'a' && getopt(5, line, "ab:c") == 'b' && !strcmp(optarg, "value"));
  CHECK(getopt(5, line, "ab:c") == 'c' && getopt(5, line, "ab:c") == -1 && optind == 4 && !strcmp(line[4], "file"));
  char* second[] = {"prog", "--alpha", "--unknown", "--value=5", "-x", "--value", 0};
  optind = 0;
  opterr = 0;
  CHECK(getopt_long(6, second, "a", known, 0) == 'a');
  CHECK(getopt_long(6, second, "a", known, 0) == '?' && optind == 3);
  CHECK(getopt_long(6, second, "a", known, 0) == 'v' && !strcmp(optarg, "5"));
  CHECK(getopt_long(6, second, "a", known, 0) == '?' && optopt == 'x');
  CHECK(getopt_long(6, second, "a", known, 0) == '?' && optopt == 'v');
  CHECK(getopt_long(6, second, "a", known, 0) == -1 && optind == 6);
}

/// In the words of Linux, which logs and scripts of programs know.
static void errors(void) {
  CHECK(!strcmp(strerror(ENOENT), "No such file or directory") && !strcmp(strerror(EPERM), "Operation not permitted"));
  CHECK(!strcmp(strerror(EINVAL), "Invalid argument") && !strcmp(strerror(EWOULDBLOCK), strerror(EAGAIN)));
  CHECK(!strcmp(strerror(EOPNOTSUPP), "Not supported") && !strcmp(strerror(ENOTSUP), "Not supported"));
  CHECK(!strcmp(strerror(EILSEQ), "Illegal byte sequence") && !strcmp(strerror(ENOSYS), "Function not implemented"));
  CHECK(!strcmp(strerror(9999), "Unknown error 9999") && !strcmp(strerror(-1), "Unknown error -1"));
  CHECK(!strcmp(strerror(EREMOTE), "Unknown error 66"));  // of older systems, and nobody's here
  CHECK(!strcmp(strerror(149), "Unknown error 149"));     // the first number behind the last one
  char text[32];
  CHECK(!strcmp(strerror_r(EPIPE, text, sizeof text), "Broken pipe"));
}

void library(void) {
  dates();
  options();
  CHECK(setlocale(LC_ALL, "xx") == 0 && setlocale(LC_ALL, "C.UTF-8") && MB_CUR_MAX > 1);
  CHECK(!strcmp(setlocale(LC_ALL, "C"), "C") && MB_CUR_MAX == 1 && newlocale(LC_ALL_MASK, "de_DE", 0) == 0);
  errors();
  errno = 0;
  CHECK(isnan(log(-1)) && errno == EDOM);
  errno = 0;
  CHECK(exp(1000) == HUGE_VAL && errno == ERANGE);
  pthread_attr_t attributes;
  size_t stack = 0;
  CHECK(pthread_attr_init(&attributes) == 0 && pthread_attr_getstacksize(&attributes, &stack) == 0);
  CHECK(stack == 96 * 1024);  // memory.thread_stack
}
