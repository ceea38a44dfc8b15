// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The guest's time. It reads the TSC itself, by factors in the clock page; we find them by comparing the TSC with
// CLOCK_MONOTONIC, first over our own start, then over ever longer spans, so that nothing waits for a measurement.

#include "abi/clock.h"

namespace wick::monitor {

class HostClock {
 public:
  /// As early as possible: the first end of the first measurement.
  void start();
  /// Writes the page that the guest will read. @param now what it is to show
  void begin(ClockPage& page, Nanoseconds now);
  /// Corrects the factors when a longer measurement is to be had. The guest may be reading.
  void refresh();

  Nanoseconds now() const;  ///< as the guest reads it
  /// How long so many cycles take.
  Nanoseconds span(std::uint64_t cycles) const;
  /// Nanoseconds since 1970 at the page's epoch.
  std::uint64_t date_of_epoch() const;

 private:
  struct Instant {
    std::uint64_t tsc, monotonic;
  };
  static Instant read();
  std::uint64_t hz_since_first(const Instant& now) const;
  void write(const Instant& at, std::uint64_t system_time, std::uint64_t hz);

  ClockPage* page_ = nullptr;
  Instant first_{};
  std::uint64_t start_ = 0;         ///< the guest's time at `first_`, modulo 2^64
  std::uint64_t next_measure_ = 0;  ///< CLOCK_MONOTONIC
};

}  // namespace wick::monitor
