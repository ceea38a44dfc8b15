// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The clock page and hv's own way to read it.

#include "abi/clock.h"
#include "base/memory.h"

namespace wick::hv {

/// A page of its own, since the guest reads all of it; and a whole one, since image.ld.in lays whole pages out one
/// behind the other.
struct alignas(kPage) OwnClockPage : ClockPage {};
static_assert(sizeof(OwnClockPage) == kPage);
extern OwnClockPage clock_page;

/// Shows readers what stands in `now`, its version, an even one, too.
void write_clock(ClockPage& page, const volatile ClockPage& now);

/// Nanoseconds since hv started.
Nanoseconds clock_now();

}  // namespace wick::hv
