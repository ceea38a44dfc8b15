// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What signals do: the table of actions, and running a handler.

#include "posix/on_demand/signals/actions.h"

#include <cerrno>

#include "abi/crash.h"
#include "posix/result.h"
#include "sched/preemption.h"

extern "C" void wick_fault_signal(wick::CrashRecord* record, char* stack, const void* vectors);

namespace wick::posix::signals {

constinit struct sigaction actions[kLast + 1] = {};

namespace {

constexpr sigset_t kIgnoredByDefault = bit(SIGCHLD) | bit(SIGURG) | bit(SIGCONT) | bit(SIGWINCH);

struct Call {
  struct sigaction action;
  siginfo_t* information;
  ucontext_t* context;
};

void call(void* argument) {
  const Call& call = *static_cast<Call*>(argument);
  if (call.action.sa_flags & SA_SIGINFO) {
    call.action.sa_sigaction(call.information->si_signo, call.information, call.context);
  } else {
    call.action.sa_handler(call.information->si_signo);
  }
}

bool usable(const stack_t& stack) { return !(stack.ss_flags & SS_DISABLE); }

}  // namespace

bool has_handler(int number) { return actions[number].sa_handler != SIG_DFL && actions[number].sa_handler != SIG_IGN; }

bool ignored(int number) {
  if (actions[number].sa_handler == SIG_IGN) return true;
  return actions[number].sa_handler == SIG_DFL && (bit(number) & kIgnoredByDefault);
}

bool on_alternate(const wick_pthread& thread, const void* address) {
  const auto* start = static_cast<const char*>(thread.alternate.ss_sp);
  return usable(thread.alternate) && address >= start && address <= start + thread.alternate.ss_size;
}

void run_handler(siginfo_t& information, ucontext_t& context) {
  wick_pthread& thread = *self();
  const int number = information.si_signo;
  Call now{actions[number], &information, &context};
  if (now.action.sa_flags & SA_RESETHAND) actions[number].sa_handler = SIG_DFL;
  const int error = errno;
  thread.blocked |= now.action.sa_mask | (now.action.sa_flags & SA_NODEFER ? 0 : bit(number));
  if ((now.action.sa_flags & SA_ONSTACK) && usable(thread.alternate) &&
      !on_alternate(thread, __builtin_frame_address(0))) {
    wick_call_on_stack(static_cast<char*>(thread.alternate.ss_sp) + thread.alternate.ss_size, call, &now);
  } else {
    call(&now);
  }
  thread.blocked = context.uc_sigmask & ~kFixed;
  errno = error;
}

}  // namespace wick::posix::signals

using namespace wick::posix;
using namespace wick::posix::signals;

extern "C" {

int sigaction(int number, const struct sigaction* wanted, struct sigaction* before) {
  if (!exists(number) || (wanted && (bit(number) & kFixed))) return int_result(-EINVAL);
  if (before) *before = actions[number];
  if (!wanted) return 0;
  wick::sched::look_at_faults();
  asm volatile("" : : "r"(&wick_fault_signal));  // links it: libos itself knows it weakly
  wick::sched::allow_preemption();               // a handler runs in the middle of computations
  actions[number] = *wanted;
  siginfo_t dropped;
  while (ignored(number) && take_pending(bit(number), dropped)) {
  }
  return 0;
}

_sig_func_ptr signal(int number, _sig_func_ptr handler) {
  struct sigaction wanted{}, before{};
  wanted.sa_handler = handler;
  wanted.sa_flags = SA_RESTART;
  return sigaction(number, &wanted, &before) == 0 ? before.sa_handler : SIG_ERR;
}

int siginterrupt(int number, int interrupts) {
  struct sigaction action;
  if (sigaction(number, nullptr, &action) != 0) return -1;
  action.sa_flags = interrupts ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
  return sigaction(number, &action, nullptr);
}

int sigaltstack(const stack_t* wanted, stack_t* before) {
  wick_pthread& thread = *self();
  const bool used = on_alternate(thread, __builtin_frame_address(0));
  if (before) {
    *before = thread.alternate;
    if (used) before->ss_flags |= SS_ONSTACK;
  }
  if (!wanted) return 0;
  if (used) return int_result(-EPERM);
  if (wanted->ss_flags & ~SS_DISABLE) return int_result(-EINVAL);
  if (!(wanted->ss_flags & SS_DISABLE) && wanted->ss_size < MINSIGSTKSZ) return int_result(-ENOMEM);
  thread.alternate = wanted->ss_flags & SS_DISABLE ? stack_t{nullptr, SS_DISABLE, 0} : *wanted;
  return 0;
}

}  // extern "C"
