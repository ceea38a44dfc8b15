// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What VMBus stands on: hypercalls that post messages and signal channels, and the synthetic interrupt controller,
// which brings the host's (TLFS §3 and §11).

#include <span>

#include "abi/types.h"

namespace wick::hv::hyperv {

/// @param arrived runs on the interrupt, with interrupts off  @return false when the hypervisor doesn't let us
bool start_synic(void (*arrived)());

/// @return false when the host doesn't take it
bool post(std::uint32_t connection, std::span<const std::uint8_t> message);
void signal(std::uint32_t connection);

/// @return the kind that the message which waits has for VMBus, its first word; 0: there is none
std::uint32_t waiting_message();
/// Takes the message that waits, copied. @return its length; 0: there is none, or it is of another kind
std::uint32_t take_message(std::span<std::uint8_t, 240> to);

/// Takes the signal of a channel. @param channel below 2048 @return whether there was one
bool take_signal(std::uint32_t channel);

/// Two pages that VMBus wants to have, and nobody looks at.
const void* monitor_pages();

}  // namespace wick::hv::hyperv
