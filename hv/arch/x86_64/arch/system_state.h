// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Registers of the processor that no guest writes, but that a guest runs into: what firmware, a boot loader or a
// debugger left in them would be its to use.

namespace wick::hv {

/// No breakpoint is set (Intel SDM volume 3, §18.2) and SYSENTER leads nowhere (§5.8.7). Before each life of the guest.
void reset_system_state();

/// SYSCALL is an undefined instruction (§5.8.8): for walls whose guests call otherwise.
void switch_off_syscall();

}  // namespace wick::hv
