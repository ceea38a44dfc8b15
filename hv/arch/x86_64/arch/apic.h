// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The local APIC and the I/O APIC: how interrupts become bits of the event page, and the one-shot timer.

#include "abi/types.h"

namespace wick::hv {

/// Maps and enables the local APIC, in x2APIC mode where the processor has it.
/// @return io_error when its registers can't be mapped
Status start_apic();

/// @return a free event number for a device; kEventCount - 1 is shared by all who come too late
unsigned allocate_event();

/// The message that a device sends for `event` (PCI MSI, Intel SDM volume 3, §11.11).
struct MessageInterrupt {
  Gpa address;
  std::uint32_t data;
};
MessageInterrupt message_interrupt(unsigned event);

/// Routes I/O APIC input `global_interrupt`, edge-triggered, to `event`.
void route_interrupt(std::uint32_t global_interrupt, unsigned event, bool active_low = false);

/// Starts the timer: an interrupt after `ticks` of the APIC's clock, which ends an idle wait. 0 stops it.
void start_apic_timer(std::uint64_t ticks);
/// Ticks that the timer still has to run; 0 when it has expired or stands.
std::uint64_t apic_timer_left();

}  // namespace wick::hv
