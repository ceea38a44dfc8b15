// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Waiting for signals instead of handling them.

#include <cerrno>

#include "posix/deadline.h"
#include "posix/interruption.h"
#include "posix/on_demand/signals/actions.h"
#include "posix/result.h"

using namespace wick;
using namespace wick::posix;

namespace {

/// @return the signal's number, or a negative errno
int take(sigset_t set, siginfo_t* to, Nanoseconds deadline) {
  for (;;) {
    sched::Woken woken;
    {
      const sched::Guard guard(sched::State::threads);
      siginfo_t information;
      if (take_pending(set & ~signals::kFixed, information)) {
        if (to) *to = information;
        return information.si_signo;
      }
      woken = signal_arrivals().wait_for_call(deadline);
    }
    if (woken == sched::Woken::by_deadline) return -EAGAIN;
    if (woken == sched::Woken::by_interruption && let_in(Restart::never)) return -EINTR;
  }
}

}  // namespace

extern "C" {

int sigwaitinfo(const sigset_t* set, siginfo_t* information) { return int_result(take(*set, information, kNever)); }

int sigtimedwait(const sigset_t* set, siginfo_t* information, const struct timespec* timeout) {
  if (!timeout) return sigwaitinfo(set, information);
  if (!valid(*timeout) || timeout->tv_sec < 0) return int_result(-EINVAL);
  return int_result(take(*set, information, time::deadline(to_nanoseconds(*timeout))));
}

int sigwait(const sigset_t* set, int* number) {
  int taken;
  while ((taken = take(*set, nullptr, kNever)) < 0) {
  }
  *number = taken;
  return 0;
}

}  // extern "C"
