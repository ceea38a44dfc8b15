// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which signal an exception of x86-64 is (as Linux has it). Same-named in each arch folder.

#include <signal.h>

#include <cstdint>

namespace wick::arch {

struct FaultSignal {
  int number, code;  ///< si_signo, si_code
  bool of_data;      ///< si_addr is the address that was accessed, else the instruction's
};

constexpr FaultSignal fault_signal(std::uint32_t vector, std::uint64_t error_code) {
  constexpr std::uint64_t kPresent = 1;
  switch (vector) {
    case 0:
      return {SIGFPE, FPE_INTDIV, false};
    case 1:
      return {SIGTRAP, TRAP_TRACE, false};
    case 3:
      return {SIGTRAP, SI_KERNEL, false};
    case 6:
      return {SIGILL, ILL_ILLOPN, false};
    case 14:
      return {SIGSEGV, error_code & kPresent ? SEGV_ACCERR : SEGV_MAPERR, true};
    case 16:
    case 19:
      return {SIGFPE, FPE_FLTINV, false};
    case 11:
    case 12:
      return {SIGBUS, SI_KERNEL, true};
    case 17:
      return {SIGBUS, BUS_ADRALN, true};
    default:
      return {SIGSEGV, SI_KERNEL, true};
  }
}

/// What the entry code saves of floating-point and vector registers.
struct alignas(16) VectorRegisters {
  std::uint8_t bytes[512];
};

}  // namespace wick::arch
