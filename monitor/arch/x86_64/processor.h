// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The processor that guests are for: whose code a guest's file may hold, its counter of time, its registers.

#include <elf.h>
#include <x86intrin.h>

#include "abi/call.h"
#include "cpu_features.h"
#include "guest/arch/processor.h"

namespace wick::monitor {

inline constexpr Elf64_Half kElfMachine = EM_X86_64;
inline constexpr const char* kWrongMachine = "the image is not for x86-64";

/// What the clock page counts by: the TSC.
inline std::uint64_t read_cycles() { return __rdtsc(); }

/// What XSAVE keeps of a guest that has this processor as it is: x87, SSE, AVX and AVX-512, as in XCR0; 0: it is off.
/// Known from the C library: to ask the processor is an exit where the host is a guest itself.
[[gnu::target("xsave")]] inline std::uint64_t extended_state() {
  return CPU_FEATURE_PRESENT(OSXSAVE) ? _xgetbv(0) & 0xe7 : 0;
}

/// What a call was answered.
constexpr CallResult answer_in(const CrashRegisters& r) { return {static_cast<Status>(r.rax), r.rdx}; }

/// Leaves of the flags what a guest may have.
constexpr void mask_flags(CrashRegisters& registers) { registers.rflags = hv::own_flags(registers.rflags); }

}  // namespace wick::monitor
