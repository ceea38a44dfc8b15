// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Letting signals in: at the end of calls, where they wait, and when a mask changes.

#include <unistd.h>

#include <cerrno>

#include "boot/init.h"
#include "boot/shutdown.h"
#include "posix/interruption.h"
#include "posix/on_demand/signals/actions.h"
#include "posix/result.h"
#include "sched/preemption.h"
#include "trace/log.h"

namespace wick::posix {

using namespace signals;

namespace {

enum class Ran : std::uint8_t { none, restarting, ending };

/// What a signal does that nobody handles and nobody ignores.
void act_by_default(int number) {
  if (bit(number) & kStops) return;  // refused when it is sent: nobody could wake the machine again
  if (bit(number) & (kFaults | bit(SIGABRT) | bit(SIGQUIT))) panic("a signal that it sent itself");
  _exit(128 + number);
}

Ran let_all_in() {
  Ran ran = Ran::none;
  siginfo_t information;
  sched::forget_interruption();
  while (take_pending(~self()->blocked, information)) {
    const int number = information.si_signo;
    if (ignored(number)) continue;
    if (!has_handler(number)) {
      act_by_default(number);
      continue;
    }
    const bool restarts = (actions[number].sa_flags & SA_RESTART) != 0;
    ucontext_t context{};
    context.uc_sigmask = self()->blocked;
    run_handler(information, context);
    if (ran != Ran::ending) ran = restarts ? Ran::restarting : Ran::ending;
  }
  return ran;
}

bool interrupted(Restart restart) {
  const Ran ran = let_all_in();
  return ran == Ran::ending || (ran == Ran::restarting && restart == Restart::never);
}

void broken_pipe() {
  siginfo_t information{};
  information.si_signo = SIGPIPE;
  information.si_pid = getpid();
  (void)post_signal(information, self());
  (void)deliver_pending_signals();
}

/// The machine's owner wants an end: SIGTERM, for whoever handles it or waits for it.
bool asked_to_end() {
  bool wanted = has_handler(SIGTERM);
  if (!wanted && actions[SIGTERM].sa_handler == SIG_DFL) {
    wanted = true;
    for (const wick_pthread* thread = &first_thread(); thread; thread = thread->next)
      wanted &= !thread->scheduled || (thread->blocked & bit(SIGTERM));
  }
  siginfo_t information{};
  information.si_signo = SIGTERM;
  return wanted && post_signal(information) == 0;
}

/// A computation calls nothing, so its handlers run between two of its instructions.
void slice_ended() {
  if (self()->scheduled == &sched::current()) (void)deliver_pending_signals();
}

Status take_hooks() {
  sched::at_slice_end = slice_ended;
  at_interruption = interrupted;
  at_broken_pipe = broken_pipe;
  boot::at_shutdown = asked_to_end;
  return Status::ok;
}

int change_mask(int how, const sigset_t* wanted, sigset_t* before) {
  sigset_t& blocked = self()->blocked;
  const sigset_t old = blocked;
  if (wanted) {
    if (how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK) return EINVAL;
    if (how == SIG_BLOCK) blocked |= *wanted;
    if (how == SIG_UNBLOCK) blocked &= ~*wanted;
    if (how == SIG_SETMASK) blocked = *wanted;
    blocked &= ~kFixed;
  }
  if (before) *before = old;
  if (wanted) (void)deliver_pending_signals();
  return 0;
}

}  // namespace

bool deliver_pending_signals() { return let_all_in() == Ran::ending; }

sigset_t signals::swap_mask(sigset_t mask) {
  const sched::Guard guard(sched::State::threads);
  const sigset_t before = self()->blocked;
  self()->blocked = mask & ~kFixed;
  if (pending(~self()->blocked)) sched::interrupt(sched::current());
  return before;
}

WICK_INIT_STEP(20, "signals", take_hooks);

}  // namespace wick::posix

using namespace wick;
using namespace wick::posix;

extern "C" {

sigset_t wick_swap_signal_mask(sigset_t mask) { return signals::swap_mask(mask); }

int sigprocmask(int how, const sigset_t* wanted, sigset_t* before) {
  return int_result(-change_mask(how, wanted, before));
}
int pthread_sigmask(int how, const sigset_t* wanted, sigset_t* before) { return change_mask(how, wanted, before); }

int sigpending(sigset_t* to) {
  *to = pending(self()->blocked);
  return 0;
}

int sigsuspend(const sigset_t* mask) {
  sched::WaitQueue nothing;
  const sigset_t before = signals::swap_mask(*mask);
  while (wait(nothing, kNever, Restart::never) != sched::Woken::by_interruption) {
  }
  (void)signals::swap_mask(before);
  return int_result(-EINTR);
}

int pause(void) {
  const sigset_t mask = self()->blocked;
  return sigsuspend(&mask);
}

}  // extern "C"
