// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Signals, as far as the program sends them to itself: raise(), kill(), abort(). There is no other process, no timer
// signal and no interrupt key here, and a fault ends in a crash record: asking for a handler of a fault's signal fails,
// for it would never run.

#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>

#include "posix/on_demand/pending_signals.h"
#include "posix/result.h"
#include "trace/log.h"

namespace {

constinit struct sigaction actions[NSIG] = {};
constinit sigset_t pending = 0;
constinit thread_local sigset_t blocked = 0;

constexpr sigset_t bit(int number) { return sigset_t{1} << number; }
constexpr sigset_t kFaults = bit(SIGSEGV) | bit(SIGBUS) | bit(SIGILL) | bit(SIGFPE) | bit(SIGTRAP) | bit(SIGSYS);
constexpr sigset_t kFixed = bit(SIGKILL) | bit(SIGSTOP);
constexpr sigset_t kStops = bit(SIGSTOP) | bit(SIGTSTP) | bit(SIGTTIN) | bit(SIGTTOU);
constexpr sigset_t kIgnored = bit(SIGCHLD) | bit(SIGURG) | bit(SIGCONT) | bit(SIGWINCH);

bool exists(int number) { return number > 0 && number < NSIG; }

/// What a signal does that nobody handles.
int by_default(int number) {
  if (bit(number) & kIgnored) return 0;
  if (bit(number) & kStops) return wick::posix::int_result(-ENOSYS);  // nobody could wake the machine again
  if (bit(number) & (kFaults | bit(SIGABRT) | bit(SIGQUIT))) wick::panic("a signal that it sent itself");
  _exit(128 + number);
}

int deliver(int number) {
  struct sigaction& action = actions[number];
  if (action.sa_handler == SIG_IGN) return 0;
  if (action.sa_handler == SIG_DFL) return by_default(number);
  const struct sigaction now = action;
  if (now.sa_flags & SA_RESETHAND) action.sa_handler = SIG_DFL;
  const sigset_t before = blocked;
  blocked |= now.sa_mask | (now.sa_flags & SA_NODEFER ? 0 : bit(number));
  if (now.sa_flags & SA_SIGINFO) {
    siginfo_t information{};
    information.si_signo = number;
    information.si_code = SI_USER;
    information.si_pid = getpid();
    now.sa_sigaction(number, &information, nullptr);
  } else {
    now.sa_handler(number);
  }
  blocked = before;
  return 0;
}

void deliver_pending() {
  for (int number = 1; number < NSIG; number++) {
    if (!(pending & ~blocked & bit(number))) continue;
    pending &= ~bit(number);
    (void)deliver(number);
  }
}

int send(int number) {
  if (blocked & bit(number)) {
    pending |= bit(number);
    if (wick::posix::signal_waits) wick::posix::signal_waits();
    return 0;
  }
  const int done = deliver(number);
  deliver_pending();
  return done;
}

/// @return 0, or why not
int change_mask(int how, const sigset_t* wanted, sigset_t* before) {
  if (before) *before = blocked;
  if (!wanted) return 0;
  switch (how) {
    case SIG_BLOCK:
      blocked |= *wanted;
      break;
    case SIG_UNBLOCK:
      blocked &= ~*wanted;
      break;
    case SIG_SETMASK:
      blocked = *wanted;
      break;
    default:
      return EINVAL;
  }
  blocked &= ~kFixed;
  deliver_pending();
  return 0;
}

}  // namespace

namespace wick::posix {

constinit void (*signal_waits)() = nullptr;

sigset_t pending_signals() { return pending; }

bool take_pending(sigset_t mask, siginfo_t& to) {
  for (int number = 1; number < NSIG; number++) {
    if (!(pending & mask & bit(number))) continue;
    pending &= ~bit(number);
    to = {};
    to.si_signo = number;
    to.si_code = SI_USER;
    to.si_pid = getpid();
    return true;
  }
  return false;
}

}  // namespace wick::posix

extern "C" {

int sigaction(int number, const struct sigaction* wanted, struct sigaction* before) {
  if (!exists(number)) return wick::posix::int_result(-EINVAL);
  if (wanted && (bit(number) & (kFixed | kFaults)) && wanted->sa_handler != SIG_DFL)
    return wick::posix::int_result(-EINVAL);
  if (before) *before = actions[number];
  if (wanted) actions[number] = *wanted;
  return 0;
}

_sig_func_ptr signal(int number, _sig_func_ptr handler) {
  struct sigaction wanted{}, before{};
  wanted.sa_handler = handler;
  wanted.sa_flags = SA_RESTART;
  return sigaction(number, &wanted, &before) == 0 ? before.sa_handler : SIG_ERR;
}

int sigprocmask(int how, const sigset_t* wanted, sigset_t* before) {
  return wick::posix::int_result(-change_mask(how, wanted, before));
}
int pthread_sigmask(int how, const sigset_t* wanted, sigset_t* before) { return change_mask(how, wanted, before); }

int sigpending(sigset_t* to) {
  *to = pending & blocked;
  return 0;
}

int raise(int number) { return exists(number) ? send(number) : wick::posix::int_result(-EINVAL); }

int kill(pid_t process, int number) {
  if (number != 0 && !exists(number)) return wick::posix::int_result(-EINVAL);
  if (process != 0 && process != -1 && process != getpid() && process != -getpid())
    return wick::posix::int_result(-ESRCH);
  return number == 0 ? 0 : send(number);
}
int killpg(pid_t group, int number) {
  return group == 0 || group == 1 ? kill(0, number) : wick::posix::int_result(-ESRCH);
}

}  // extern "C"
