// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who runs first, as POSIX has it: threads of policy `other` take turns in slices, those
// for whom something has happened before those that compute; one with a priority runs before all
// of lower ones, `fifo` until it waits, `round_robin` in turns with its equals.

#include "sched/thread.h"

namespace wick::sched {

enum class Policy : std::uint8_t { other = 0, fifo = 1, round_robin = 2 };  ///< as SCHED_… are numbered

struct Schedule {
  Policy policy = Policy::other;
  std::uint8_t priority = 0;  ///< 0 for `other`, else 1 to 99

  bool operator==(const Schedule&) const = default;
};

/// Of a thread that hasn't ended. It goes behind its new equals.
void set_schedule(Thread& thread, Schedule schedule);
Schedule schedule(const Thread& thread);

/// Serves all others: runs before them as soon as one of them has a priority, so that none stops what comes in.
inline constinit Thread* above_all = nullptr;

/// The manifest's `threads.slice`.
Nanoseconds slice();

/// Raises a thread to a priority for as long as somebody urgent waits for it; 0: back to its own.
void boost(Thread& thread, std::uint8_t priority);

}  // namespace wick::sched
