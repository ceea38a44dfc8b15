// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Registers of a guest that come from where a guest or a stranger could have written them: a snapshot's file, a
// debugger, a fault frame on a stack that the guest reaches. They are masked where they enter, the same behind every
// wall. Intel SDM volume 1, §3.4.3; volume 3, §2.3. Pure, tested on the host.

#include "guest/vcpu.h"

namespace wick::hv {

inline constexpr std::uint64_t kInitialFlags = 0x202;  ///< IF, and bit 1, which is always set
/// Those that a program in ring 3 changes by itself: CF, PF, AF, ZF, SF, DF, OF, AC, ID. Not TF, which would end it at
/// its next instruction, nor what is the system's: IOPL, NT, VM, VIF, VIP, and IF, without which nobody gets it back.
inline constexpr std::uint64_t kOwnFlags =
    1 << 0 | 1 << 2 | 1 << 4 | 1 << 6 | 1 << 7 | 1 << 10 | 1 << 11 | 1 << 18 | 1 << 21;

constexpr std::uint64_t own_flags(std::uint64_t flags) { return (flags & kOwnFlags) | kInitialFlags; }

/// Whether a register of addresses takes it (volume 1, §3.3.7.1).
constexpr bool is_canonical(std::uint64_t address) { return address + (1ull << 47) < 1ull << 48; }

inline constexpr std::uint32_t kProtectionFault = 13;

/// What becomes of a guest that is to go on where no processor can: the fault that it would have had there. Telling it
/// here spares every wall the fault of its own entry code. @return whether it can go on
constexpr bool can_go_on(const CrashRegisters& registers) { return is_canonical(registers.rip); }
inline constexpr Exit kCantGoOn{ExitCause::exception, kProtectionFault};

}  // namespace wick::hv
