// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A virtual processor as hv sees it, whichever wall stands in front of it: the guest's general registers while it
// doesn't run, why it stopped running, and how long it may. Entry code knows the offsets (arch/*/entry.h).

#include "abi/crash.h"
#include "guest/slices.h"
#include "guest/watchdog.h"

namespace wick::hv {

/// Why the guest gave the processor back.
enum class ExitCause : std::uint8_t {
  call,       ///< it ran its trap instruction; `registers` hold number, arguments and the address behind it
  interrupt,  ///< hv's hardware wants hv: an interrupt is pending, or was taken already as `vector`
  exception,  ///< `vector`, `error_code`, and for #PF (14) `address`
  memory,     ///< nested paging refused `address`
  forbidden,  ///< an operation that no guest may do; `what` names it
};

struct Exit {
  ExitCause cause;
  std::uint32_t vector = 0;
  std::uint64_t error_code = 0;
  std::uint64_t address = 0;
  const char* what = "";
};

struct alignas(64) Vcpu {
  CrashRegisters registers;
  std::uint64_t wall[6] = {};  ///< the wall's own: what its entry code needs at hand
  Watchdog watchdog;
  Slices slices;

  /// When time wants to be looked at.
  constexpr Nanoseconds alarm() const { return watchdog.next() < slices.next() ? watchdog.next() : slices.next(); }
};

}  // namespace wick::hv
