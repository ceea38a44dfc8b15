// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What tests/traffic/syslog.py expects of syslog(), in this order; then the program ends at once.

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

void log_messages(void) {
  syslog(LOG_INFO, "before openlog");
  openlog("my daemon", LOG_PID, LOG_LOCAL3);
  errno = ENOENT;
  syslog(LOG_ERR, "three %d: %m\n", 3);
  if (errno != ENOENT) printf("errno is %d\n", errno);
  syslog(LOG_MAIL | LOG_DEBUG, "a line\n<0>1 - another\x7f");
  syslog(LOG_NOTICE, "na\xc3\xafve \xe2\x82\xac");
  syslog(LOG_NOTICE, "latin \xe9");
  syslog(0x7fffff00 | LOG_WARNING, "no such facility");
  setlogmask(LOG_UPTO(LOG_WARNING));
  syslog(LOG_NOTICE, "never");
  setlogmask(LOG_UPTO(LOG_DEBUG));
  static char longest[3000];
  memset(longest, 'x', sizeof longest - 1);
  syslog(LOG_ALERT, "%s", longest);
  closelog();
  for (int number = 0; number < 30; number++) syslog(LOG_CRIT, "number %d", number);
}
