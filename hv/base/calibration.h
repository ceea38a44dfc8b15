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
  /// The timer was started with `ticks` of 1 ns at `now`.
  constexpr void started(std::uint64_t ticks, Cycles now) {
    ticks_ = ticks;
    start_ = now;
  }

  /// The timer shows `left` ticks at `now`; 0 means that it ran out, at an unknown time shortly before.
  /// @return whether `hz()` is better than it was
  constexpr bool observe(std::uint64_t left, Cycles now) {
    if (ticks_ == 0) return false;
    const std::uint64_t nanoseconds = ticks_ - left;
    const std::uint64_t noise = left ? kReadNoise : kWakeNoise;
    const std::uint64_t uncertainty = nanoseconds ? noise * kScale / nanoseconds : kScale;
    if (left == 0) ticks_ = 0;
    if (uncertainty >= uncertainty_) return false;
    uncertainty_ = uncertainty;
    hz_ = static_cast<std::uint64_t>(static_cast<unsigned __int128>(raw(now) - raw(start_)) * 1'000'000'000 /
                                     nanoseconds);
    return true;
  }

  constexpr std::uint64_t hz() const { return hz_; }

 private:
  static constexpr std::uint64_t kReadNoise = 1'000;   // ns between reading the TSC and the timer
  static constexpr std::uint64_t kWakeNoise = 50'000;  // ns from running out to the first instruction
  static constexpr std::uint64_t kScale = 1'000'000'000;
  std::uint64_t ticks_ = 0, hz_ = 0, uncertainty_ = kScale;
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
