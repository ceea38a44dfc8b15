// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// All that the back ends know of whoever runs them. hv, the hosted monitor, unit tests and fuzzers define these three,
// so that all of them serve a guest with the same code.

#include "abi/types.h"

namespace wick::hv {

/// @return where hv finds [address, address + length) of the guest; nullptr unless all of it is memory that a device
/// may read, or with `write` memory of the DMA pool. The answer holds for the guest's whole life
void* device_memory(Gpa address, std::uint64_t length, bool write);

/// Sets the event's bit in the guest's event page.
void raise_event(unsigned event);

/// Whether the guest has to ring when it has put something into a ring. Not where its rings are looked at whenever it
/// gives the processor away, and a doorbell costs more than that.
bool guest_must_ring();

}  // namespace wick::hv
