// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See wick/crash.h: what BootInfo says of the guest before this one.

#include "boot/last_crash.h"

#include "boot/boot_info.h"
#include "wick/crash.h"

namespace wick::boot {

const CrashRecord* last_crash() { return reinterpret_cast<const CrashRecord*>(raw(facts().restart.last_crash)); }

}  // namespace wick::boot

extern "C" {

uint64_t wick_restarts(void) { return wick::boot::facts().restart.count; }

const char* wick_last_crash_cause(void) {
  using wick::CrashCause;
  const auto* record = wick::boot::last_crash();
  switch (record ? record->cause : CrashCause::none) {
    case CrashCause::none:
      break;
    case CrashCause::exception:
      return "exception";
    case CrashCause::panic:
      return "panic";
    case CrashCause::watchdog:
      return "watchdog";
    case CrashCause::forbidden:
      return "forbidden";
    case CrashCause::memory:
      return "memory";
  }
  return "none";
}

}  // extern "C"
