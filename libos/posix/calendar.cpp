// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// From an instant to its date and back. picolibc knows zones by rule only, not from files, and its mktime() leaves a
// time that the clocks jump over as it was written; C17 (7.27.2.3) wants all fields as localtime() would give them. And
// timespec_get(), which picolibc only declares.

#include <time.h>

#include <cerrno>
#include <climits>
#include <cstdint>

#include "posix/time_zone.h"
#include "time/civil.h"

using namespace wick;

namespace {

constexpr std::int64_t kDay = 86400;

/// The instant at which clocks on UTC show `date`, whose fields may be out of their ranges.
time_t seconds_of(const struct tm& date) {
  const std::int64_t days = time::days_before(date.tm_year + std::int64_t{1900}, date.tm_mon) + date.tm_mday - 1;
  return ((days * 24 + date.tm_hour) * 60 + date.tm_min) * 60 + date.tm_sec;
}

/// @return nullptr when the year doesn't fit
struct tm* show(time_t instant, const time::Shown& shown, struct tm* to) {
  // Beyond them a year isn't an int, and below they can't overflow.
  constexpr time_t kMax = INT_MAX * (kDay * 366), kMin = INT_MIN * (kDay * 366);
  if (instant > kMax || instant < kMin) {
    errno = EOVERFLOW;
    return nullptr;
  }
  const std::int64_t seconds = instant + shown.offset;
  const std::int64_t day = time::divide(seconds, kDay), second = seconds - day * kDay;
  const std::int64_t year = time::year_of(day);
  if (year - 1900 > INT_MAX || year - 1900 < INT_MIN) {
    errno = EOVERFLOW;
    return nullptr;
  }
  int month = 11;
  while (time::days_before(year, month) > day) month--;
  *to = {};
  to->tm_year = static_cast<int>(year - 1900);
  to->tm_mon = month;
  to->tm_mday = static_cast<int>(day - time::days_before(year, month)) + 1;
  to->tm_yday = static_cast<int>(day - time::days_before(year, 0));
  to->tm_wday = static_cast<int>(day + 4 - time::divide(day + 4, 7) * 7);  // 1970 began on a Thursday
  to->tm_hour = static_cast<int>(second / 3600);
  to->tm_min = static_cast<int>(second / 60 % 60);
  to->tm_sec = static_cast<int>(second % 60);
  to->tm_isdst = shown.summer;
  to->tm_gmtoff = shown.offset;
  to->tm_zone = shown.name;
  return to;
}

/// The offset of a kind of time that isn't in force: what the zone's clocks show within half a year, if they ever do.
std::int32_t usual_offset(time_t near, bool summer, std::int32_t otherwise) {
  for (const int days : {91, -91, 182, -182}) {
    const time::Shown shown = posix::local_offset(near + days * kDay);
    if (shown.summer == summer) return shown.offset;
  }
  return otherwise;
}

/// The instant of a local time. `wanted` is tm_isdst: negative for unknown.
time_t instant_of(time_t shown, int wanted) {
  // No zone is a day away from UTC: these are what the clocks show before and behind any change at this hour.
  const time::Shown before = posix::local_offset(shown - kDay), behind = posix::local_offset(shown + kDay);
  time_t found = 0;
  bool have = false;
  for (const time::Shown& kind : {before, behind}) {
    const time_t instant = shown - kind.offset;
    const time::Shown there = posix::local_offset(instant);
    if (there.offset != kind.offset || (wanted >= 0 && there.summer != (wanted > 0))) continue;
    if (have && there.summer) continue;  // the clocks show it twice: standard time, unless the caller says
    found = instant;
    have = true;
  }
  if (have) return found;
  // The hour that the clocks jump over counts on from before it.
  if (wanted < 0) return shown - before.offset;
  for (const time::Shown& kind : {before, behind}) {
    if (kind.summer == (wanted > 0)) return shown - kind.offset;
  }
  return shown - usual_offset(shown, wanted > 0, before.offset);
}

thread_local struct tm the_date;  // of localtime() and gmtime()

}  // namespace

extern "C" {

struct tm* localtime_r(const time_t* instant, struct tm* to) {
  return show(*instant, posix::local_offset(*instant), to);
}
struct tm* gmtime_r(const time_t* instant, struct tm* to) { return show(*instant, {}, to); }
struct tm* localtime(const time_t* instant) { return localtime_r(instant, &the_date); }
struct tm* gmtime(const time_t* instant) { return gmtime_r(instant, &the_date); }

time_t mktime(struct tm* local) {
  const time_t instant = instant_of(seconds_of(*local), local->tm_isdst);
  return localtime_r(&instant, local) ? instant : -1;
}

time_t timegm(struct tm* date) {
  const time_t instant = seconds_of(*date);
  return gmtime_r(&instant, date) ? instant : -1;
}

int timespec_get(struct timespec* to, int base) {
  if (base != TIME_UTC || clock_gettime(CLOCK_REALTIME, to) != 0) return 0;
  return base;
}

}  // extern "C"
