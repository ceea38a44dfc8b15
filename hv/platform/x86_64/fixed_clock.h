// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// For machines whose TSC and APIC timer run at frequencies that stay what they were at the start: told by a hypervisor,
// or measured once.

#include "platform/platform.h"

namespace wick::hv::pc {

struct Frequencies {
  std::uint64_t tsc_hz = 0, apic_hz = 0;
};

/// Measures both against the one clock whose frequency every PC knows, channel 2 of the 8254 (Intel 8254 datasheet; PC
/// AT port 0x61). Takes 10 ms. @return zeros when it doesn't count
Frequencies measure_frequencies();

/// Starts the clock page and the timer by them, for good.
Status use_frequencies(Boot& boot, Frequencies frequencies);

/// Platform::refresh_clock: there is nothing to bring up to date.
void keep_clock(ClockPage& page);

/// Platform::set_timer, by the APIC's ticks.
void set_timer_by_ticks(Nanoseconds deadline);

}  // namespace wick::hv::pc
