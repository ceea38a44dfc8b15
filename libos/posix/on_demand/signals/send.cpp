// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Signals that the program sends itself, or one of its threads.

#include <unistd.h>

#include <cerrno>

#include "posix/on_demand/signals/actions.h"
#include "posix/result.h"

using namespace wick::posix;
using namespace wick::posix::signals;

namespace {

/// @return 0, or why not
int send(wick_pthread* thread, int number, int code, union sigval value = {}) {
  if (number != 0 && !exists(number)) return EINVAL;
  if (number == 0) return 0;
  if (number == SIGKILL) _exit(128 + SIGKILL);
  if ((bit(number) & kStops) && actions[number].sa_handler == SIG_DFL) return ENOSYS;  // nobody could wake it again
  siginfo_t information{};
  information.si_signo = number;
  information.si_code = code;
  information.si_pid = getpid();
  information.si_value = value;
  if (const int wrong = post_signal(information, thread)) return wrong;
  (void)deliver_pending_signals();
  return 0;
}

/// Whether a process number means this one.
bool is_us(pid_t process) { return process == 0 || process == -1 || process == getpid() || process == -getpid(); }

}  // namespace

extern "C" {

int raise(int number) { return int_result(number == 0 ? -EINVAL : -send(self(), number, SI_TKILL)); }

int pthread_kill(pthread_t thread, int number) { return thread->scheduled ? send(thread, number, SI_TKILL) : ESRCH; }

int kill(pid_t process, int number) {
  return int_result(is_us(process) ? -send(nullptr, number, SI_USER) : exists(number) || !number ? -ESRCH : -EINVAL);
}
int killpg(pid_t group, int number) { return kill(group == 0 ? 0 : -group, number); }

int sigqueue(pid_t process, int number, union sigval value) {
  return int_result(is_us(process) ? -send(nullptr, number, SI_QUEUE, value) : -ESRCH);
}
int pthread_sigqueue(pthread_t thread, int number, union sigval value) {
  return thread->scheduled ? send(thread, number, SI_QUEUE, value) : ESRCH;
}

}  // extern "C"
