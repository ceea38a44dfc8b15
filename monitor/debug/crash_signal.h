// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a crash is told to a debugger, in a core file and at a stop: numbers that are the same for GDB and Linux.

#include <iterator>

#include "abi/crash.h"

namespace wick::monitor {

namespace gdb_signal {
inline constexpr std::uint8_t kInterrupted = 2, kIllegal = 4, kTrap = 5, kAbort = 6, kArithmetic = 8, kBadAddress = 11;
}

constexpr int crash_signal(CrashCause cause, std::uint32_t vector) {
  using namespace gdb_signal;
  /// By vector; what is missing is an address or a segment that doesn't fit.
  constexpr std::uint8_t kSignals[20] = {kArithmetic, kTrap, 0, kTrap, 0, 0, kIllegal,    0, 0, 0,
                                         0,           0,     0, 0,     0, 0, kArithmetic, 0, 0, kArithmetic};
  if (cause == CrashCause::panic || cause == CrashCause::watchdog) return kAbort;
  if (cause == CrashCause::forbidden) return kIllegal;
  const bool known = cause == CrashCause::exception && vector < std::size(kSignals) && kSignals[vector];
  return known ? kSignals[vector] : kBadAddress;
}

}  // namespace wick::monitor
