// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The event page: how hv tells a vCPU that something happened, without a call. hv sets bits, the guest clears them
// with an atomic exchange or and; neither side ever waits for the other.

#include "abi/types.h"

namespace wick {

/// One page a vCPU.
struct EventPage {
  std::uint64_t pending;  ///< bit n: event n has happened since the guest cleared it. Atomic access only.
  std::uint64_t poll_ns;  ///< hv's wish: nanoseconds that an idle guest looks at `pending` before it calls yield
  /// hv's wish of a busy guest, since minor version 2: that it yields, with a deadline that has passed, every so many
  /// nanoseconds, as events arrive by that alone. 1: as often as it likes; 0: they arrive while it runs.
  std::uint64_t yield_ns;
  /// Since minor version 3. Where the guest was when hv made it go on in its SliceNote's function: hv does so only
  /// while this is 0, and the guest clears it when it has taken it. Not 0 at the guest's first instruction, either.
  std::uint64_t interrupted;
  std::uint64_t extended_state;  ///< since minor version 3: registers that XSAVE keeps, as in XCR0; 0: FXSAVE does
  std::uint64_t reserved[507];
};
static_assert(sizeof(EventPage) == 4096);
static_assert(offsetof(EventPage, pending) == 0);
static_assert(offsetof(EventPage, poll_ns) == 8);
static_assert(offsetof(EventPage, yield_ns) == 16);
static_assert(offsetof(EventPage, interrupted) == 24);
static_assert(offsetof(EventPage, extended_state) == 32);

inline constexpr unsigned kEventCount = 64;

/// Events with a fixed meaning; devices get the numbers from `first_device` on, named in their BootInfo entry.
enum class Event : unsigned {
  shutdown = 0,       ///< orderly power-off was asked for
  console_input = 1,  ///< hv's console has bytes
  first_device = 8,
};

}  // namespace wick
