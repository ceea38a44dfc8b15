// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A time zone by rule, as the variable TZ writes it and as a time zone file ends (POSIX.1-2017, 8.3; RFC 8536, 3.3.1):
// "CET-1CEST,M3.5.0,M10.5.0/3". Numbers only: knows no environment and no file.

#include <cstdint>
#include <string_view>

namespace wick::time {

/// What the clocks of a zone show at an instant.
struct Shown {
  std::int32_t offset = 0;  ///< seconds east of UTC
  bool summer = false;
  const char* name = "UTC";  ///< lives as long as the zone
};

class ZoneRule {
 public:
  /// @return false, and nothing has changed, when the text is no such rule from its begin to its end
  bool parse(std::string_view text);

  /// @param instant seconds since 1970, UTC
  Shown at(std::int64_t instant) const;

  Shown standard() const { return {offset_, false, name_}; }
  Shown summer() const { return {summer_offset_, true, summer_name_}; }
  bool has_summer() const { return has_summer_; }

 private:
  static constexpr unsigned kNameBytes = 16;

  /// The day and second of a year at which the clocks change.
  struct Change {
    enum class Day : std::uint8_t { of_year, but_29_february, of_week };
    Day day = Day::of_year;
    std::int32_t month = 0, week = 0, number = 0;  ///< of_week: month from 1, week 5 is the last, 0 is Sunday
    std::int32_t second = 7200;

    /// @return seconds since 1970 as the clocks show them
    std::int64_t in(std::int64_t year) const;
  };
  class Parser;

  char name_[kNameBytes] = "UTC";
  char summer_name_[kNameBytes] = "";
  std::int32_t offset_ = 0, summer_offset_ = 0;
  bool has_summer_ = false;
  Change begins_, ends_;
};

}  // namespace wick::time
