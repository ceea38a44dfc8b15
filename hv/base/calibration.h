// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The TSC's frequency where nobody tells it: measured against a down-counting timer of known frequency that runs
// anyway, so that no instruction is spent on waiting. Each run of the timer is one measurement; the least uncertain
// one so far counts. Pure arithmetic, tested on the host.

#include "abi/clock.h"

namespace wick::hv {

class TscCalibration {
 public:
  /// The timer showed `ticks` of 1 ns at some time between `before` and `after`: far apart where somebody else had the
  /// processor.
  constexpr void started(std::uint64_t ticks, Cycles before, Cycles after) {
    ticks_ = ticks;
    start_ = after;
    start_gap_ = raw(after) - raw(before);
  }

  /// The timer shows `left` ticks between `before` and `after`; 0 means that it ran out, at an unknown time shortly
  /// before. @return whether `hz()` is better than it was
  constexpr bool observe(std::uint64_t left, Cycles before, Cycles after) {
    if (ticks_ == 0) return false;
    const std::uint64_t nanoseconds = ticks_ - left, cycles = raw(after) - raw(start_);
    const std::uint64_t noise = left ? kReadNoise : kWakeNoise, gaps = start_gap_ + raw(after) - raw(before);
    if (left == 0) ticks_ = 0;
    if (nanoseconds == 0 || cycles == 0) return false;
    const std::uint64_t uncertainty = noise * kScale / nanoseconds + (gaps < cycles ? scaled(gaps, cycles) : kScale);
    if (uncertainty >= uncertainty_) return false;
    uncertainty_ = uncertainty;
    hz_ = scaled(cycles, nanoseconds);
    return true;
  }

  constexpr std::uint64_t hz() const { return hz_; }

 private:
  static constexpr std::uint64_t kReadNoise = 1'000;   // ns between reading the TSC and the timer
  static constexpr std::uint64_t kWakeNoise = 50'000;  // ns from running out to the first instruction
  static constexpr std::uint64_t kScale = 1'000'000'000;
  static constexpr std::uint64_t scaled(std::uint64_t part, std::uint64_t whole) {
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(part) * kScale / whole);
  }
  std::uint64_t ticks_ = 0, hz_ = 0, uncertainty_ = ~0ull, start_gap_ = 0;
  Cycles start_{};
};

struct ClockFactors {
  std::uint32_t multiplier;
  std::int8_t shift;
};

/// Factors of the clock page for a TSC of `hz`: the multiplier fills its 32 bits.
constexpr ClockFactors clock_factors(std::uint64_t hz) {
  std::uint64_t scaled = 1'000'000'000;
  std::int8_t shift = 0;
  while (hz > 2 * scaled) {
    scaled *= 2;
    --shift;
  }
  while (hz <= scaled) {
    hz *= 2;
    ++shift;
  }
  return {static_cast<std::uint32_t>((static_cast<unsigned __int128>(scaled) << 32) / hz), shift};
}

}  // namespace wick::hv
