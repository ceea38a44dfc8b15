// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Clearing and copying whole pages with the widest stores that the processor has: what a restart spends most of its
// instructions on. Uses vector registers, so only while no guest has anything in them that it wants back.

#include "abi/types.h"
#include "guest/arch/processor.h"

namespace wick::hv {

/// Finds out what the processor has; switches AVX on where it exists.
void start_wiping();

/// The parts of a guest's state that XSAVE keeps, as in XCR0; 0: it is off.
std::uint64_t extended_state();

/// @param length multiple of 4096
void wipe_pages(Gpa start, std::uint64_t length);
void copy_pages(Gpa to, Gpa from, std::uint64_t length);

/// Vector and floating-point state, MMX registers and all, as a program expects it at its start (System V ABI, §3.4.1)
/// but for the control words that the area has.
void set_vector_state(const CleanArea& area);

}  // namespace wick::hv
