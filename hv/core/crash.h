// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What happens when the guest dies: the crash record is completed, printed for whoever reads the console, and the
// machine powers off. Restart policies come behind the other walls.

#include "abi/crash.h"

namespace wick::hv {

extern CrashRecord crash_page;

/// Exit codes that the runner gets for a crash, after the shell's custom for SIGABRT and SIGSEGV.
inline constexpr std::uint32_t kExitPanic = 134, kExitException = 139;

/// @param vector, error_code, fault_address as the processor told them
[[noreturn]] void crash(const CrashRegisters& registers, std::uint32_t vector, std::uint64_t error_code,
                        std::uint64_t fault_address);

}  // namespace wick::hv
