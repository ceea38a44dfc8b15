// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The calendar and the time zones of <chrono>, out of the appliance's own files.
#include <chrono>
#include <format>
#include <sstream>
#include <string>

#include "check.h"
#include "parts.h"

using namespace std::chrono;
using namespace std::chrono_literals;

void zones() {
  const year_month_day day = 2024y / February / 29;
  CHECK(day.ok() && weekday(day) == Thursday && sys_days(day) + days(1) == sys_days(2024y / March / 1));
  CHECK(std::format("{:%A %d %B %Y}", day) == "Thursday 29 February 2024");

  const tzdb& database = get_tzdb();
  CHECK(database.version == "2025test" && database.zones.size() == 2 && database.links.size() == 2);
  const time_zone* berlin = locate_zone("Arctic/Longyearbyen");
  CHECK(berlin->name() == "Europe/Berlin" && current_zone() == berlin);

  const sys_seconds summer = sys_days(2024y / July / 1) + 10h;
  const sys_info info = berlin->get_info(summer);
  CHECK(info.offset == 2h && info.save == 1h && info.abbrev == "CEST");
  CHECK(info.begin == sys_days(2024y / March / Sunday[last]) + 1h &&
        info.end == sys_days(2024y / October / Sunday[last]) + 1h);
  CHECK(berlin->to_local(summer) == local_days(2024y / July / 1) + 12h);
  const zoned_time here(berlin, sys_days(2024y / January / 1) + 23h);
  CHECK(here.get_local_time() == local_days(2024y / January / 2) && here.get_info().abbrev == "CET");
  CHECK(std::format("{:%F %T %Z}", zoned_time(berlin, summer)) == "2024-07-01 12:00:00 CEST");

  // The hour that a clock doesn't show in spring, and the one that it shows twice in autumn.
  bool thrown = false;
  try {
    (void)berlin->to_sys(local_days(2024y / March / 31) + 2h + 30min);
  } catch (const nonexistent_local_time&) {
    thrown = true;
  }
  CHECK(thrown);
  const auto twice = local_days(2024y / October / 27) + 2h + 30min;
  CHECK(berlin->to_sys(twice, choose::latest) - berlin->to_sys(twice, choose::earliest) == 1h);
  thrown = false;
  try {
    (void)berlin->to_sys(twice);
  } catch (const ambiguous_local_time&) {
    thrown = true;
  }
  CHECK(thrown);
  thrown = false;
  try {
    (void)locate_zone("Nowhere/City");
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  CHECK(thrown);
  CHECK(database.leap_seconds.size() == 2 && database.leap_seconds[0].date() == sys_days(1972y / July / 1) &&
        database.leap_seconds[0].value() == 1s);
}
