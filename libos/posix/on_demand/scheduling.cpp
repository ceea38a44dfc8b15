// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Policies and priorities. The one process is told by 0 or its number, and means the thread that asks, as on Linux.

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>

#include "posix/on_demand/threads/special.h"
#include "posix/result.h"
#include "posix/thread.h"
#include "sched/lock.h"
#include "sched/schedule.h"

using namespace wick;
using posix::int_result;

namespace {

constexpr int kNone = -1;

/// @return the least and most priority of a policy; kNone: there is no such policy
int least(int policy) { return policy == SCHED_OTHER ? 0 : policy == SCHED_FIFO || policy == SCHED_RR ? 1 : kNone; }
int most(int policy) { return least(policy) == 1 ? static_cast<int>(sched::kMaxPriority) : least(policy); }

/// @return 0 or an error
int set(sched::Thread* thread, int policy, int priority) {
  if (!thread) return ESRCH;
  if (least(policy) == kNone || priority < least(policy) || priority > most(policy)) return EINVAL;
  sched::set_schedule(*thread, {static_cast<sched::Policy>(policy), static_cast<std::uint8_t>(priority)});
  if (posix::protocol_rules) posix::protocol_rules->set(*thread);
  return 0;
}

bool is_own(pid_t process) { return process == 0 || process == getpid(); }

}  // namespace

extern "C" {

int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param* parameters) {
  const sched::Guard guard(sched::State::threads);
  return set(thread->scheduled, policy, parameters->sched_priority);
}

int pthread_setschedprio(pthread_t thread, int priority) {
  const sched::Guard guard(sched::State::threads);
  sched::Thread* const found = thread->scheduled;
  return found ? set(found, static_cast<int>(sched::schedule(*found).policy), priority) : ESRCH;
}

int pthread_getschedparam(pthread_t thread, int* policy, struct sched_param* parameters) {
  const sched::Guard guard(sched::State::threads);
  const sched::Thread* const found = thread->scheduled;
  if (!found) return ESRCH;
  *policy = static_cast<int>(sched::schedule(*found).policy);
  parameters->sched_priority = sched::schedule(*found).priority;
  return 0;
}

/// @return the policy before, as POSIX has it: Linux answers 0
int sched_setscheduler(pid_t process, int policy, const struct sched_param* parameters) {
  if (!is_own(process)) return int_result(-ESRCH);
  const int before = static_cast<int>(sched::schedule(sched::current()).policy);
  const int wrong = set(&sched::current(), policy, parameters->sched_priority);
  return int_result(wrong ? -wrong : before);
}

int sched_getscheduler(pid_t process) {
  return is_own(process) ? static_cast<int>(sched::schedule(sched::current()).policy) : int_result(-ESRCH);
}

int sched_setparam(pid_t process, const struct sched_param* parameters) {
  return int_result(is_own(process) ? -pthread_setschedprio(pthread_self(), parameters->sched_priority) : -ESRCH);
}

int sched_getparam(pid_t process, struct sched_param* parameters) {
  if (!is_own(process)) return int_result(-ESRCH);
  parameters->sched_priority = sched::schedule(sched::current()).priority;
  return 0;
}

int sched_get_priority_min(int policy) { return least(policy) == kNone ? int_result(-EINVAL) : least(policy); }
int sched_get_priority_max(int policy) { return most(policy) == kNone ? int_result(-EINVAL) : most(policy); }

int sched_rr_get_interval(pid_t process, struct timespec* interval) {
  if (!is_own(process)) return int_result(-ESRCH);
  const auto slice = static_cast<long>(raw(sched::slice()));
  *interval = {slice / 1'000'000'000, slice % 1'000'000'000};
  return 0;
}

}  // extern "C"
