// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Signals that have come and were not let in yet: in the order in which they came, for one thread or for whichever
// takes them. Changed where timers and events fire, too, so without a heap.

#include <cerrno>

#include "posix/on_demand/signals/actions.h"
#include "sched/lock.h"

namespace wick::posix {

using namespace signals;

namespace {

struct Pending {
  siginfo_t information;
  const wick_pthread* thread;  ///< null: the program's
};

constexpr unsigned kQueued = 128;
constexpr unsigned kKept = 64;  // for signals that aren't queued: those of kill() must not be lost behind sigqueue()'s

constinit Pending list[kQueued]{};
constinit unsigned used = 0;
constinit sched::WaitQueue arrivals;
constinit int overruns[kMostTimers + 1] = {};

bool is_for(const Pending& entry, const wick_pthread* thread) { return !entry.thread || entry.thread == thread; }

void remove(unsigned at) {
  used--;
  for (unsigned i = at; i < used; i++) list[i] = list[i + 1];
}

bool takes(const wick_pthread* thread, int number) { return thread->scheduled && !(thread->blocked & bit(number)); }

/// A thread that lets a signal of the program's in: the calling one before others, as kill() promises it.
wick_pthread* taker(int number) {
  if (wick_pthread* me = self(); takes(me, number)) return me;
  for (wick_pthread* thread = &first_thread(); thread; thread = thread->next) {
    if (takes(thread, number)) return thread;
  }
  return nullptr;
}

bool waits_already(int number, const wick_pthread* thread) {
  for (unsigned i = 0; i < used; i++) {
    if (list[i].information.si_signo == number && list[i].thread == thread) return true;
  }
  return false;
}

}  // namespace

sched::WaitQueue& signal_arrivals() { return arrivals; }
constinit void (*signal_arrived)() = nullptr;

int post_signal(const siginfo_t& information, wick_pthread* thread) {
  const sched::Guard guard(sched::State::threads);
  const int number = information.si_signo;
  wick_pthread* const who = thread ? (takes(thread, number) ? thread : nullptr) : taker(number);
  if (who && ignored(number)) return 0;
  const bool queued = number >= SIGRTMIN;
  if (queued ? used >= kQueued - kKept : waits_already(number, thread)) return queued ? EAGAIN : 0;
  if (used == kQueued) return EAGAIN;
  list[used++] = {information, thread};
  arrivals.wake_all();
  if (signal_arrived) signal_arrived();
  if (who) sched::interrupt(*who->scheduled);
  return 0;
}

void post_timer_signal(const siginfo_t& information, int missed) {
  const sched::Guard guard(sched::State::threads);
  for (unsigned i = 0; i < used; i++) {
    siginfo_t& waiting = list[i].information;
    if (waiting.si_code != SI_TIMER || waiting.si_timerid != information.si_timerid) continue;
    if (__builtin_add_overflow(waiting.si_overrun, 1 + missed, &waiting.si_overrun)) waiting.si_overrun = 0x7fffffff;
    return;
  }
  siginfo_t first = information;
  first.si_overrun = missed;
  (void)post_signal(first);
}

int timer_overruns(int timer) { return overruns[timer]; }

sigset_t pending(sigset_t set) {
  const sched::Guard guard(sched::State::threads);
  sigset_t found = 0;
  for (unsigned i = 0; i < used; i++) {
    if (is_for(list[i], self())) found |= bit(list[i].information.si_signo);
  }
  return found & set;
}

bool take_pending(sigset_t set, siginfo_t& to) {
  const sched::Guard guard(sched::State::threads);
  const sigset_t there = pending(set);
  if (!there) return false;
  const int lowest = __builtin_ctzl(there) + 1;
  for (unsigned i = 0; i < used; i++) {
    if (list[i].information.si_signo != lowest || !is_for(list[i], self())) continue;
    to = list[i].information;
    if (to.si_code == SI_TIMER) overruns[to.si_timerid] = to.si_overrun;
    remove(i);
    return true;
  }
  return false;
}

}  // namespace wick::posix

void wick_signals_thread_ends(const wick_pthread* thread) {
  using namespace wick::posix;
  for (unsigned i = used; i-- > 0;) {
    if (list[i].thread == thread) remove(i);
  }
}
