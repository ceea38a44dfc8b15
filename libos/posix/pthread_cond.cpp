// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Condition variables: a wait queue. Releasing the mutex and starting to wait is one step, as both are within a
// guard.

#include "posix/deadline.h"
#include "posix/interruption.h"
#include "posix/pthread_mutex.h"
#include "posix/thread.h"

using namespace wick;

namespace {

sched::WaitQueue& queue_of(pthread_cond_t* condition) { return posix::inside<sched::WaitQueue>(condition->words); }

int wait(pthread_cond_t* condition, pthread_mutex_t* mutex, Nanoseconds deadline) {
  if (!posix::mutex_of(mutex).mine()) return EPERM;
  bool in_time = true;  // after a handler, too: the caller tests its condition again
  {
    const sched::Guard guard(sched::State::threads);
    sched::Waiter waiter;
    queue_of(condition).add(waiter);
    posix::give_back(*mutex);
    while (waiter.queue && in_time && !sched::interrupted()) in_time = sched::block_until(deadline);
    in_time |= !waiter.queue;
    queue_of(condition).remove(waiter);
  }
  const int wrong = pthread_mutex_lock(mutex);
  (void)posix::let_in();  // whoever is cancelled here holds the mutex
  return wrong != 0 ? wrong : in_time ? 0 : ETIMEDOUT;
}

}  // namespace

extern "C" {

int pthread_cond_init(pthread_cond_t* condition, const pthread_condattr_t* attributes) {
  *condition = PTHREAD_COND_INITIALIZER;
  if (attributes) condition->clock = attributes->clock;
  return 0;
}

int pthread_cond_destroy(pthread_cond_t* condition) { return queue_of(condition).empty() ? 0 : EBUSY; }

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) { return wait(condition, mutex, kNever); }

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const struct timespec* until) {
  if (!posix::valid(*until)) return EINVAL;
  return wait(condition, mutex, posix::instant(clock, *until));
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const struct timespec* until) {
  const auto clock = condition->clock ? static_cast<clockid_t>(condition->clock) : CLOCK_REALTIME;
  return pthread_cond_clockwait(condition, mutex, clock, until);
}

int pthread_cond_signal(pthread_cond_t* condition) {
  const sched::Guard guard(sched::State::threads);
  queue_of(condition).wake_one();
  return 0;
}

int pthread_cond_broadcast(pthread_cond_t* condition) {
  const sched::Guard guard(sched::State::threads);
  queue_of(condition).wake_all();
  return 0;
}

}  // extern "C"
