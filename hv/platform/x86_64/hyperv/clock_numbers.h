// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What Hyper-V's clocks make of their numbers, which may be any. Pure arithmetic, tested on the host.

#include "platform/x86_64/hyperv/abi.h"

namespace wick::hv::hyperv {

inline constexpr std::uint64_t kCounterHz = 10'000'000, kNanosecondsOfTick = 100;

/// No processor counts slower or faster than this.
constexpr bool is_frequency(std::uint64_t hz) { return hz >= 1'000'000 && hz <= 100'000'000'000; }

/// Of a TSC whose reference page has that scale. @return 0 when it is none
constexpr std::uint64_t tsc_hz(std::uint64_t scale) {
  if (scale == 0) return 0;
  const auto hz = (static_cast<unsigned __int128>(kCounterHz) << 64) / scale;
  return hz >> 64 || !is_frequency(static_cast<std::uint64_t>(hz)) ? 0 : static_cast<std::uint64_t>(hz);
}

/// Nanoseconds since the partition was made; modulo 2^64.
constexpr std::uint64_t reference_time(const ReferenceTsc& reference, std::uint64_t tsc) {
  const auto ticks = static_cast<std::uint64_t>(static_cast<unsigned __int128>(tsc) * reference.scale >> 64);
  return (ticks + reference.offset) * kNanosecondsOfTick;
}

/// Of something that has counted so far while the reference counter went on by `ticks`. @return 0 when it can't be
constexpr std::uint64_t measured_hz(std::uint64_t counted, std::uint64_t ticks) {
  if (ticks == 0) return 0;
  const auto hz = static_cast<unsigned __int128>(counted) * kCounterHz / ticks;
  return hz >> 64 || !is_frequency(static_cast<std::uint64_t>(hz)) ? 0 : static_cast<std::uint64_t>(hz);
}

}  // namespace wick::hv::hyperv
