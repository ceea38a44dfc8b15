// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The machine: its name, its limits, its log, its terminal.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <syslog.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static void limits(void) {
  struct rlimit limit;
  CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == (rlim_t)sysconf(_SC_OPEN_MAX));
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur++;
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == -1 && errno == EPERM);
  CHECK(getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur >= 16384 && limit.rlim_cur % 4096 == 0);
  CHECK(getrlimit(99, &limit) == -1 && errno == EINVAL);
  struct rusage usage;
  nanosleep(&(struct timespec){0, 2000000}, NULL);
  CHECK(getrusage(RUSAGE_SELF, &usage) == 0 && (usage.ru_utime.tv_sec > 0 || usage.ru_utime.tv_usec > 1000));
  CHECK(usage.ru_maxrss > 0 && getrusage(99, &usage) == -1 && errno == EINVAL);
}

static void terminal(void) {
  struct termios settings;
  const int file = open("/etc/hosts", O_RDONLY);
  CHECK(file >= 0 && tcgetattr(file, &settings) == -1 && errno == ENOTTY);
  close(file);
  if (!isatty(0)) return;
  CHECK(tcgetattr(0, &settings) == 0 && (settings.c_lflag & ICANON) && cfgetospeed(&settings) == B115200);
  CHECK(tcsetattr(0, TCSANOW, &settings) == 0);
  cfmakeraw(&settings);
  CHECK(tcsetattr(0, TCSANOW, &settings) == -1 && errno == EINVAL);
}

void system_itself(void) {
  struct utsname name;
  CHECK(uname(&name) == 0 && strcmp(name.sysname, "Wick") == 0 && strcmp(name.nodename, "test-single-process") == 0);
  CHECK(name.release[0] && name.machine[0]);
  limits();
  terminal();
  openlog("syslog-name", LOG_PID, LOG_USER);
  setlogmask(LOG_UPTO(LOG_WARNING));
  syslog(LOG_NOTICE, "never");
  syslog(LOG_ERR, "three %d", 3);
  closelog();
#if !defined(__unix__) || !defined(__unix)
#error "a program asks __unix__ whether it may use POSIX"
#endif
}
