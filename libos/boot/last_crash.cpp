// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See wick/crash.h: what BootInfo says of the guest before this one.

#include "boot/last_crash.h"

#include "boot/boot_info.h"
#include "wick/crash.h"

namespace wick::boot {

namespace {

/// Read anew each time: a return to the checkpoint takes our memory back, but not hv's count.
RestartEntry restarts() {
  RestartEntry found{};
  for_each<RestartEntry>(*facts().info, BootTag::restart, [&](const RestartEntry& entry) { found = entry; });
  return found;
}

}  // namespace

const CrashRecord* last_crash() { return reinterpret_cast<const CrashRecord*>(raw(restarts().last_crash)); }

std::uint64_t restart_count() { return restarts().count; }

}  // namespace wick::boot

extern "C" {

uint64_t wick_restarts(void) { return wick::boot::restart_count(); }

const char* wick_last_crash_cause(void) {
  const auto* record = wick::boot::last_crash();
  return wick::kCauseNames[record ? static_cast<unsigned>(record->cause) : 0];
}

}  // extern "C"
