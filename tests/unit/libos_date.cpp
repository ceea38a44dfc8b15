// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The date follows what is underneath: steps of the host's clock and pauses of the machine, with planted readings of
// both clocks. What the program sets stays.
#include <doctest.h>

#include "abi/call.h"
#include "time/clock.h"

using namespace wick;

namespace {

constexpr std::uint64_t kHour = 3600 * time::kSecond;

ClockPage page{};  // a multiplier of 0: the clock stands at system_time
CallResult underneath{Status::ok, 0};
unsigned asked = 0;

/// What the host's clock shows now, in nanoseconds since 1970.
void set_host(std::uint64_t date) { underneath.value = date - page.system_time; }

std::uint64_t date() {
  const auto told = time::wall();
  return told ? raw(*told) : 0;
}

}  // namespace

CallResult wick_call_wall_clock() {
  ++asked;
  return underneath;
}

TEST_CASE("The date jumps with the host's clock, within a second and not for less than a millisecond") {
  time::use_clock_page(&page);
  page.system_time = 5 * time::kSecond;
  set_host(1000 * time::kSecond);
  CHECK(date() == 1000 * time::kSecond);

  const auto pass = [](std::uint64_t nanoseconds) { page.system_time += nanoseconds; };
  pass(time::kSecond / 2);
  set_host(kHour);
  CHECK(date() == 1000 * time::kSecond + time::kSecond / 2);  // not asked yet
  CHECK(asked == 1);
  pass(time::kSecond / 2);
  set_host(kHour);
  CHECK(date() == kHour);
  CHECK(date() == kHour);
  CHECK(asked == 2);

  pass(time::kSecond);
  set_host(kHour / 2);
  CHECK(date() == kHour / 2);  // back, too

  pass(time::kSecond);
  set_host(kHour / 2 + time::kSecond + time::kMillisecond / 2);
  CHECK(date() == kHour / 2 + time::kSecond);  // as exactly as clocks are read
  pass(time::kSecond);
  set_host(kHour / 2 + 2 * time::kSecond - time::kMillisecond / 2);
  CHECK(date() == kHour / 2 + 2 * time::kSecond);
  pass(time::kSecond);
  set_host(kHour / 2 + 3 * time::kSecond + 2 * time::kMillisecond);
  CHECK(date() == kHour / 2 + 3 * time::kSecond + 2 * time::kMillisecond);

  // A machine that stood still for an hour, its clock too.
  pass(time::kSecond);
  set_host(3 * kHour);
  CHECK(date() == 3 * kHour);
}

TEST_CASE("A date that the program has set stays") {
  time::use_clock_page(&page);
  time::set_wall(Nanoseconds{7 * kHour});
  page.system_time += 10 * time::kSecond;
  set_host(kHour);
  const unsigned before = asked;
  CHECK(date() == 7 * kHour + 10 * time::kSecond);
  CHECK(asked == before);
}
