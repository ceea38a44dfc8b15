// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What time it is. The monotonic clock is read from the clock page without leaving the guest; the wall clock asks hv
// for the date at which that clock began and adds. It asks once a second at most, when somebody wants the date: a
// paused machine and a step of the host's clock are followed so.

#include <optional>

#include "abi/clock.h"
#include "abi/types.h"

namespace wick::time {

inline constexpr std::uint64_t kSecond = 1'000'000'000;
inline constexpr std::uint64_t kMillisecond = 1'000'000;
inline constexpr std::uint64_t kMicrosecond = 1'000;

constexpr Nanoseconds seconds(std::uint64_t count) { return Nanoseconds{count * kSecond}; }
constexpr Nanoseconds milliseconds(std::uint64_t count) { return Nanoseconds{count * kMillisecond}; }
constexpr Nanoseconds microseconds(std::uint64_t count) { return Nanoseconds{count * kMicrosecond}; }

/// Nanoseconds since hv started; never goes back.
Nanoseconds now();

/// Nanoseconds since 1970-01-01 UTC; nothing when no one underneath knows the date.
std::optional<Nanoseconds> wall();

/// Moves the wall clock so that it reads `date` now. For clock_settime() and time protocols.
void set_wall(Nanoseconds date);

/// `after` from now, or never when that overflows.
Nanoseconds deadline(Nanoseconds after);

/// Given at boot, that of the calling vCPU; from then on now() works.
void use_clock_page(const ClockPage* page);

}  // namespace wick::time
