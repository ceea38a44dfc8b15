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

/// The writer's half of the page's seqlock. @param now its version is even, and another one than the page's
void show_clock(ClockPage& page, const ClockPage& now);

/// Brings the page to what a host writes by the same layout and protocol: KVM's clock, and Xen's time information.
/// @param ahead nanoseconds that the page's time is ahead of the host's
void take_clock(ClockPage& page, const volatile ClockPage& host, std::uint64_t ahead = 0);

/// Nanoseconds since hv started.
Nanoseconds clock_now();

}  // namespace wick::hv
