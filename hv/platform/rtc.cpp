// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The MC146818 real-time clock: seconds since 1970 for platforms without a paravirtual wall clock. Read when somebody
// asks, never at boot.
#include "arch/instructions.h"
#include "platform/clock.h"
#include "platform/pc.h"

namespace wick::hv::pc {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

struct Reading {
  std::uint8_t second, minute, hour, day, month, year;
  bool operator==(const Reading&) const = default;
};

std::uint8_t cmos(std::uint8_t index) {
  port_out<std::uint8_t>(0x70, index);
  return port_in<std::uint8_t>(0x71);
}

Reading read_once() { return {cmos(0), cmos(2), cmos(4), cmos(7), cmos(8), cmos(9)}; }

constexpr std::uint8_t from_bcd(std::uint8_t value) {
  return static_cast<std::uint8_t>((value >> 4) * 10 + (value & 15));
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; the year starts in March, so that the leap day is its
/// last.
constexpr std::uint64_t days(unsigned year, unsigned month, unsigned day) {
  if (month <= 2) {
    --year;
    month += 12;
  }
  return 365ull * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day - 1 - 719468;
}
static_assert(days(1970, 1, 1) == 0 && days(2000, 3, 1) == 11017);

/// Nanoseconds since 1970; 0 when there is no such clock.
std::uint64_t read_real_time_clock() {
  constexpr std::uint8_t kStatusB = 0x0b, kBinary = 4, k24Hours = 2;
  constexpr int kTries = 4;
  if (cmos(0) == 0xff) return 0;
  Reading reading = read_once();
  for (int i = 0; i < kTries; ++i) {  // until two readings agree: no update fell between
    const Reading again = read_once();
    if (again == reading) break;
    reading = again;
  }
  const std::uint8_t format = cmos(kStatusB);
  const bool afternoon = reading.hour & 0x80;
  reading.hour &= 0x7f;
  if (!(format & kBinary))
    for (auto* field : {&reading.second, &reading.minute, &reading.hour, &reading.day, &reading.month, &reading.year})
      *field = from_bcd(*field);
  if (!(format & k24Hours)) reading.hour = static_cast<std::uint8_t>(reading.hour % 12 + (afternoon ? 12 : 0));
  const std::uint64_t hours = days(2000u + reading.year, reading.month, reading.day) * 24 + reading.hour;
  return ((hours * 60 + reading.minute) * 60 + reading.second) * kSecond;
}

std::uint64_t best_date = 0;  // of the epoch, as far as it has been found out

}  // namespace

// The clock shows whole seconds, so the date is in the second that begins with what it shows. Each look narrows that
// down; a look that contradicts what was known tells of a pause or of a clock that was set.
std::uint64_t date_of_epoch() {
  const std::uint64_t shown = read_real_time_clock();
  if (!shown) return 0;
  const std::uint64_t least = shown - raw(clock_now());
  if (best_date < least) best_date = least;
  if (best_date - least >= kSecond) best_date = least + kSecond - 1;
  return best_date;
}

}  // namespace wick::hv::pc
