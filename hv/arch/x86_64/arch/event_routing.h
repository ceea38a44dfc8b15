// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How interrupts of devices become bits of the event page. Whoever finds devices knows no more of the interrupt
// controller.

#include "abi/types.h"

namespace wick::hv {

/// @return a free event number for a device; kEventCount - 1 is shared by all who come too late
unsigned allocate_event();

/// The message that a device sends for `event` (PCI MSI; Intel SDM volume 3, §11.11).
struct MessageInterrupt {
  Gpa address;
  std::uint32_t data;
};
MessageInterrupt message_interrupt(unsigned event);

/// Routes the interrupt controller's input `global_interrupt`, edge-triggered, to `event`.
void route_interrupt(std::uint32_t global_interrupt, unsigned event, bool active_low = false);

}  // namespace wick::hv
