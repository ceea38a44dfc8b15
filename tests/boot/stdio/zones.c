// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Time zones that are files, and those that are nowhere: expect.txt beside this file has what is said of them.

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#define BE32(x) (x) >> 24 & 255, (x) >> 16 & 255, (x) >> 8 & 255, (x) & 255
#define BE64(x) BE32((x) >> 32), BE32(x)
#define HEAD 'T', 'Z', 'i', 'f', '2', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0

/// RFC 8536: an empty block of version 1; then one hour east until 1980, two hours with summer time for half a year,
/// then by rule.
static const char kZone[] = {HEAD,
                             BE32(0),
                             BE32(0),
                             BE32(0),
                             BE32(0),
                             BE32(1),
                             BE32(1),
                             BE32(0),
                             0,
                             0,
                             0,
                             HEAD,
                             BE32(0),
                             BE32(0),
                             BE32(0),
                             BE32(2),
                             BE32(2),
                             BE32(8),
                             BE64(315532800ll),
                             BE64(331000000ll),
                             1,
                             0,
                             BE32(3600),
                             0,
                             0,
                             BE32(10800),
                             1,
                             4,
                             'O',
                             'N',
                             'E',
                             0,
                             'T',
                             'W',
                             'O',
                             0,
                             '\n',
                             'O',
                             'N',
                             'E',
                             '-',
                             '1',
                             '\n'};

static int shows(time_t instant, const char* wanted) {
  char text[60];
  struct tm date;
  CHECK(localtime_r(&instant, &date) && strftime(text, sizeof(text), "%F %T %z %Z", &date));
  if (strcmp(text, wanted) == 0 && mktime(&date) == instant) return 1;
  printf("%lld is %s, not %s\n", (long long)instant, text, wanted);
  return 0;
}

static void set(const char* zone) {
  setenv("TZ", zone, 1);
  tzset();
}

void zones(void) {
  FILE* f = fopen("/tmp/zone", "w");
  CHECK(f && fwrite(kZone, sizeof(kZone), 1, f) == 1 && fclose(f) == 0);
  set(":/tmp/zone");
  CHECK(shows(0, "1970-01-01 01:00:00 +0100 ONE") && shows(320000000, "1980-02-21 19:53:20 +0300 TWO"));
  CHECK(shows(1720000000, "2024-07-03 10:46:40 +0100 ONE") && !strcmp(tzname[0], "ONE") && _timezone == -3600);
  struct tm date = {.tm_year = 80, .tm_mon = 1, .tm_mday = 21, .tm_hour = 19, .tm_isdst = -1};
  CHECK(mktime(&date) == 319996800 && date.tm_isdst == 1 && date.tm_gmtoff == 10800 && !strcmp(date.tm_zone, "TWO"));

  set("EST5EDT");
  CHECK(shows(1705000000, "2024-01-11 14:06:40 -0500 EST") && shows(1720000000, "2024-07-03 05:46:40 -0400 EDT"));
  const char* utc[] = {"UTC", "Etc/UTC", ":UTC", "", "GMT"};
  for (int i = 0; i < 5; i++) {
    set(utc[i]);
    CHECK(shows(1720000000, "2024-07-03 09:46:40 +0000 UTC"));
  }
  unsetenv("TZ");
  CHECK(shows(1720000000, "2024-07-03 09:46:40 +0000 UTC"));

  CHECK(truncate("/tmp/zone", sizeof(kZone) - 20) == 0);
  const char* wrong[] = {"Nowhere/City", ":/tmp/zone", "CET-1CEST,M3.5.0", "/tmp"};
  for (int i = 0; i < 4; i++) {
    set(wrong[i]);
    CHECK(shows(1720000000, "2024-07-03 09:46:40 +0000 UTC"));
  }
  unsetenv("TZ");
  CHECK(remove("/tmp/zone") == 0);
}
