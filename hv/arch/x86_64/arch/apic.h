// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The local APIC: the one-shot timer. What it and the I/O APIC make of interrupts is in arch/event_routing.h.

#include "abi/types.h"

namespace wick::hv {

/// Maps and enables the local APIC, in x2APIC mode where the processor has it.
/// @return io_error when its registers can't be mapped
Status start_apic();

/// Starts the timer: an interrupt after `ticks` of the APIC's clock, which ends an idle wait. 0 stops it.
void start_apic_timer(std::uint64_t ticks);
/// Ticks that the timer still has to run; 0 when it has expired or stands.
std::uint64_t apic_timer_left();

}  // namespace wick::hv
