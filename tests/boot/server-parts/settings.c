// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// sysconf() and its kin, and what other programs would be for.
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

void settings(void) {
  CHECK(sysconf(_SC_PAGESIZE) == 4096 && sysconf(_SC_NPROCESSORS_ONLN) >= 1 && sysconf(_SC_OPEN_MAX) >= 1024);
  CHECK(sysconf(_SC_CLK_TCK) > 0 && sysconf(_SC_ARG_MAX) > 0 && sysconf(_SC_IOV_MAX) >= 16 &&
        sysconf(_SC_LINE_MAX) >= 2048);
  CHECK(sysconf(_SC_VERSION) == 202405 && sysconf(_SC_THREADS) == 202405 && sysconf(_SC_MAPPED_FILES) == 202405);
  CHECK(sysconf(_SC_MONOTONIC_CLOCK) == 202405 && sysconf(_SC_TIMERS) == 202405 && sysconf(_SC_RTSIG_MAX) >= 8);
  CHECK(sysconf(_SC_GETPW_R_SIZE_MAX) >= 256 && sysconf(_SC_HOST_NAME_MAX) >= 64 && sysconf(_SC_SYMLOOP_MAX) > 0);
  errno = 0;
  CHECK(sysconf(_SC_CHILD_MAX) == 1 && errno == 0 && sysconf(_SC_JOB_CONTROL) == -1 && errno == 0);
  CHECK(sysconf(7777) == -1 && errno == EINVAL);
  CHECK(pathconf("/tmp", _PC_NAME_MAX) >= 14 && pathconf("/tmp", _PC_PIPE_BUF) >= 512 &&
        pathconf("/tmp", _PC_PATH_MAX) >= 256);
  struct rusage usage;
  CHECK(getrusage(RUSAGE_SELF, &usage) == 0 && usage.ru_maxrss > 0);
  CHECK(!popen("ls", "r") && errno == ENOSYS && system(NULL) == 0);

  // A rule needs no file; a zone that isn't there is UTC.
  const time_t summer = 1720000000;
  setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
  tzset();
  CHECK(localtime(&summer)->tm_hour == 11 && localtime(&summer)->tm_isdst == 1);
  setenv("TZ", "UTC", 1);
  tzset();
  CHECK(localtime(&summer)->tm_hour == 9);
}
