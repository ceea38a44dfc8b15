// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// One attack a life: first in lives that begin with pristine memory, then in lives that begin at a checkpoint. The
// restart count says which one is next; the record says how the last one ended.

#include <wick/crash.h>

#include <cstdio>

#include "attack.h"
#include "boot/boot_info.h"
#include "boot/last_crash.h"
#include "lives.h"

using namespace escape;

namespace {

struct Every {
  std::size_t count() const {
    std::size_t sum = 0;
    for (const auto& list : lists) sum += list.size();
    return sum;
  }
  const Attack& operator[](std::size_t number) const {
    for (const auto& list : lists) {
      if (number < list.size()) return list[number];
      number -= list.size();
    }
    __builtin_unreachable();
  }
  /// How many of them are for lives that begin with pristine memory.
  std::size_t pristine() const { return count() - lists[kReturned].size(); }

  static constexpr std::size_t kReturned = 6;
  std::span<const Attack> lists[kReturned + 1];
};

/// What this wall promises to stop. `process` shares its address space with the monitor: it keeps a guest from the
/// kernel and holds the rights of the guest's own pages, but a guest that finds the monitor's memory is not kept from
/// it.
Every attacks_on(wick::Wall wall) {
  Every every{{opcodes(), accesses(), ring_attacks()}};
  const bool on_linux = wall == wick::Wall::hosted || wall == wick::Wall::process;
  every.lists[3] = on_linux ? linux_attacks() : hv_memory();
  if (wall == wick::Wall::hosted) every.lists[4] = monitor_attacks();
  every.lists[5] = pristine_attacks();
  every.lists[Every::kReturned] = returned_attacks();
  return every;
}

bool ended_as_expected(const Attack& attack, const wick::CrashRecord& record) {
  using wick::CrashCause;
  switch (record.cause) {
    case CrashCause::exception:
      return record.vector < 32 && attack.expected >> record.vector & 1;
    case CrashCause::panic:
      return attack.expected & kPanic;
    case CrashCause::watchdog:
      return attack.expected & kWatchdog;
    case CrashCause::forbidden:
      return attack.expected & kForbidden;
    case CrashCause::memory:
      return attack.expected & (kOuter | kPageFault);
    case CrashCause::none:
      break;
  }
  return false;
}

bool record_is_valid(const wick::CrashRecord& record) {
  return record.magic == wick::kCrashMagic && record.version == 1 && record.frame_count >= 1 &&
         record.frame_count <= wick::kCrashFrames && record.restarts + 1 == wick_restarts();
}

}  // namespace

int main() {
  const Every every = attacks_on(wick::boot::facts().platform.wall);
  if (wick_restarts() == every.pristine()) begin_returning();
  const std::uint64_t life = wick_restarts();  // all lives after that one begin here
  if (life == 0) {
    for (const auto& [name, refused] : refusals())
      std::printf("escape: %s: %s\n", refused() ? "refused" : "FAILED, not refused", name);
  } else {
    const Attack& last = every[life - 1];
    const auto* record = wick::boot::last_crash();
    const bool good =
        record && record_is_valid(*record) && ended_as_expected(last, *record) && (!last.held || last.held());
    std::printf("escape: %s: %s (%s %u at %llx)\n", good ? "stopped" : "FAILED, ended otherwise", last.name,
                wick_last_crash_cause(), record ? record->vector : 0u,
                static_cast<unsigned long long>(record ? record->fault_address : 0));
  }
  if (life == every.count()) {
    std::printf("escape: all %zu attacks and %zu calls tried\n", every.count(), refusals().size());
    return 0;
  }
  const Attack& attack = every[life];
  std::fflush(stdout);
  attack.run();
  std::printf("escape: FAILED, nobody stopped it: %s\n", attack.name);
  return 1;
}
