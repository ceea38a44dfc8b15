// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Signals for other parts of libos. Whoever uses this links libos/posix/on_demand/signals.

#include <signal.h>

#include "sched/thread.h"

namespace wick::posix {

/// Runs the handlers of what has come for the calling thread and isn't blocked. Not in the middle of anything: a
/// handler may call what it likes, or leave by siglongjmp(). @return whether a handler ran that doesn't let an
/// interrupted call go on
bool deliver_pending_signals();

/// Takes the first pending signal of `set` that is the calling thread's or the program's.
[[nodiscard]] bool take_pending(sigset_t set, siginfo_t& to);
/// Of `set`, what take_pending() would find.
sigset_t pending(sigset_t set);
/// Woken whenever a signal becomes pending.
sched::WaitQueue& signal_arrivals();
/// Called then, too, when it isn't null: where nothing may wait.
extern void (*signal_arrived)();

/// A signal for the program, or for one thread. May be called where nothing may wait. @return 0, or EAGAIN when too
/// many are queued
int post_signal(const siginfo_t& information, wick_pthread* thread = nullptr);

inline constexpr int kMostTimers = 64;
/// Of timer `si_timerid`, from 1: one that is still pending counts this one and `missed` more as overruns.
void post_timer_signal(const siginfo_t& information, int missed);
/// Of the signal of a timer that was taken last.
int timer_overruns(int timer);

}  // namespace wick::posix
