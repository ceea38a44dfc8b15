// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// mktime() and timegm(): from a date to the instant. picolibc's mktime() leaves a time that the clocks jump over as it
// was written, with a tm_isdst that is not that of the instant; C17 (7.27.2.3) wants all fields as localtime() would
// give them. And timespec_get(), which picolibc only declares.

#include <time.h>

#include <cerrno>
#include <cstdint>

namespace {

/// Days from 1970-01-01 to the first of a month of the proleptic Gregorian calendar; `month` counts from 0 and may be
/// any.
std::int64_t days_before(std::int64_t year, std::int64_t month) {
  year += month / 12;
  month %= 12;
  if (month < 0) {
    month += 12;
    year--;
  }
  // Years that begin in March put the leap day last; 400 of them have 146,097 days.
  const std::int64_t shifted = year - (month < 2 ? 1 : 0);
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
  const std::int64_t of_era = shifted - era * 400;
  const std::int64_t day = (153 * ((month + 10) % 12) + 2) / 5;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day - 719468;
}

/// The instant at which clocks on UTC show `date`, whose fields may be out of their ranges.
time_t seconds_of(const struct tm& date) {
  const std::int64_t days = days_before(date.tm_year + std::int64_t{1900}, date.tm_mon) + date.tm_mday - 1;
  return ((days * 24 + date.tm_hour) * 60 + date.tm_min) * 60 + date.tm_sec;
}

/// Local time minus UTC at an instant, in seconds.
time_t offset(time_t instant, bool& summer) {
  struct tm there;
  if (!localtime_r(&instant, &there)) return 0;
  summer = there.tm_isdst > 0;
  return seconds_of(there) - instant;
}

struct Offsets {
  time_t standard, summer;
};

/// What the zone's clocks show around an instant: half a year apart, one is summer time if there is any.
Offsets offsets_around(time_t instant) {
  constexpr time_t kStep = 86400 * 365 / 4;
  Offsets found{};
  bool have_standard = false, have_summer = false;
  for (time_t at = instant - kStep * 2; at <= instant + kStep * 2; at += kStep) {
    bool summer;
    const time_t seconds = offset(at, summer);
    (summer ? found.summer : found.standard) = seconds;
    (summer ? have_summer : have_standard) = true;
  }
  if (!have_standard) found.standard = found.summer;
  if (!have_summer) found.summer = found.standard;
  return found;
}

}  // namespace

extern "C" {

time_t mktime(struct tm* local) {
  const time_t shown = seconds_of(*local);
  const Offsets offsets = offsets_around(shown);
  bool summer;
  time_t instant = shown - offsets.standard;
  if (local->tm_isdst > 0) {
    instant = shown - offsets.summer;
  } else if (local->tm_isdst < 0 && offset(instant, summer) != offsets.standard) {
    // Not standard time. In the hour that the clocks jump over neither fits, and the time counts on from before it.
    const time_t earlier = shown - offsets.summer;
    if (offset(earlier, summer) == offsets.summer) instant = earlier;
  }
  if (localtime_r(&instant, local)) return instant;
  errno = EOVERFLOW;
  return -1;
}

time_t timegm(struct tm* date) {
  const time_t instant = seconds_of(*date);
  if (gmtime_r(&instant, date)) return instant;
  errno = EOVERFLOW;
  return -1;
}

int timespec_get(struct timespec* to, int base) {
  if (base != TIME_UTC || clock_gettime(CLOCK_REALTIME, to) != 0) return 0;
  return base;
}

}  // extern "C"
