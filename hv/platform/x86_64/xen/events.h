// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Xen's shared page and what arrives through it: event channels, delivered by one interrupt vector, among them the
// one-shot timer.

#include "platform/x86_64/xen/abi.h"

namespace wick::hv::xen {

/// Nanoseconds that the clock page's time is ahead of Xen's system time: another machine's begins elsewhere.
inline std::uint64_t clock_ahead;

/// Puts Xen's shared page in place, asks for upcalls and binds the timer, and no other port is known; at the start, and
/// when the domain has been suspended. @return io_error when Xen refuses one
Status start_events();

/// Xen's shared page; valid after start_events().
const volatile SharedInfo& shared_info();

/// Makes `event` of the event page pending whenever `port` fires. @return false when hv's table is full
bool listen(Port port, unsigned event);

/// Makes an event channel that waits for `domain` to bind its end, and listens to it. @return false when Xen refuses,
/// or hv's table is full
bool bind(std::uint16_t domain, unsigned event, Port& port);

void notify(Port port);

/// Waits until `port` fires, however short that may have been ago, or system time `timeout` passes.
/// @param keep it counts as an event, too, for whoever listens
void wait_for(Port port, Nanoseconds timeout, bool keep = false);

/// That `port` has fired until now ends no wait.
void forget(Port port);

void set_timer(Nanoseconds deadline);
void idle();

}  // namespace wick::hv::xen
