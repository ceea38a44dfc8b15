// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a crash is told to a debugger, in a core file and at a stop. GDB has its own numbers of signals; those of these
// are Linux's, too.

#include <signal.h>

#include "abi/crash.h"
#include "debugger.h"

namespace wick::monitor {

inline int crash_signal(CrashCause cause, std::uint32_t vector) {
  if (cause == CrashCause::panic || cause == CrashCause::watchdog) return SIGABRT;
  if (cause == CrashCause::forbidden) return SIGILL;
  const int signal = cause == CrashCause::exception ? debugger::signal_of(vector) : 0;
  return signal ? signal : SIGSEGV;
}

}  // namespace wick::monitor
