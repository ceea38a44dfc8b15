// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the files of this folder share: actions, and how a handler is run.

#include <signal.h>

#include "posix/signals.h"
#include "posix/thread.h"

namespace wick::posix::signals {

inline constexpr int kLast = SIGRTMAX;

constexpr bool exists(int number) { return number > 0 && number <= kLast; }
constexpr sigset_t bit(int number) { return sigset_t{1} << (number - 1); }

inline constexpr sigset_t kFixed = bit(SIGKILL) | bit(SIGSTOP);
inline constexpr sigset_t kFaults = bit(SIGSEGV) | bit(SIGBUS) | bit(SIGILL) | bit(SIGFPE) | bit(SIGTRAP) | bit(SIGSYS);
inline constexpr sigset_t kStops = bit(SIGSTOP) | bit(SIGTSTP) | bit(SIGTTIN) | bit(SIGTTOU);

/// By number.
extern struct sigaction actions[kLast + 1];

bool has_handler(int number);
/// Whether a signal that isn't blocked is nothing to anybody.
bool ignored(int number);

/// Runs the handler of a signal on the stack that it is for, with what it wants blocked. A handler may change
/// `context`.
void run_handler(siginfo_t& information, ucontext_t& context);

/// Whether `address` is on the thread's alternate stack.
bool on_alternate(const wick_pthread& thread, const void* address);

/// Sets the calling thread's mask; what was pending comes next time that it lets signals in. @return the mask before
sigset_t swap_mask(sigset_t mask);

}  // namespace wick::posix::signals

/// Runs `function` on another stack and comes back; libos/arch.
extern "C" void wick_call_on_stack(void* top, void (*function)(void*), void* argument);
