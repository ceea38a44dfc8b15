// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Registers of the processor that no guest writes, but that a guest runs into: what firmware, a boot loader or a
// debugger left in them would be its to use.

#include "guest/arch/processor.h"

namespace wick::hv {

/// No breakpoint is set (Intel SDM volume 3, §18.2) and SYSENTER leads nowhere (§5.8.7). Before each life of the guest.
void reset_system_state();

/// SYSCALL is an undefined instruction (§5.8.8): for walls whose guests call otherwise.
void switch_off_syscall();

/// What a guest has set by itself, but for the part that its wall exchanges with hv's: the base of GS.
ProcessorState read_processor_state();
/// Control words go by arch/wipe.h's set_vector_state().
void set_processor_state(const ProcessorState& state);

}  // namespace wick::hv
