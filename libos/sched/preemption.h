// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a program needs that has a second thread: the end of its time slices.

namespace wick::sched {

/// Set by who is linked: lets in what came for a thread of the program, when its slice ends and it holds nothing.
inline constinit void (*at_slice_end)() = nullptr;

/// Before a second thread is made.
void allow_preemption();

/// Links the guest's look at its own faults (arch/*/fault_entry.S), whose section has a note.
inline void look_at_faults() { asm volatile(".reloc ., BFD_RELOC_NONE, wick_fault_entry"); }

}  // namespace wick::sched
