// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Days and dates of the proleptic Gregorian calendar: what the C library's dates and the rules of time zones count
// with.

#include <cstdint>

namespace wick::time {

/// Days from 1970-01-01 to the first of a month; `month` counts from 0 and may be any.
constexpr std::int64_t days_before(std::int64_t year, std::int64_t month) {
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

constexpr bool leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/// The year that a day since 1970-01-01 lies in.
constexpr std::int64_t year_of(std::int64_t day) {
  // The mean length gives the year or one beside it.
  std::int64_t year = 1970 + day * 400 / 146097;
  while (days_before(year, 0) > day) year--;
  while (days_before(year + 1, 0) <= day) year++;
  return year;
}

/// Rounds down, also below zero.
constexpr std::int64_t divide(std::int64_t value, std::int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

static_assert(days_before(1970, 0) == 0 && days_before(2000, 2) == 11017 && days_before(1969, 11) == -31);
static_assert(year_of(-1) == 1969 && year_of(0) == 1970 && year_of(11016) == 2000);

}  // namespace wick::time
