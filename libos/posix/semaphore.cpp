// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Semaphores without names.

#include <semaphore.h>

#include "posix/deadline.h"
#include "posix/interruption.h"
#include "posix/pthread_mutex.h"

using namespace wick;

namespace {

sched::WaitQueue& queue_of(sem_t* semaphore) { return posix::inside<sched::WaitQueue>(semaphore->words); }

int fail(int error) {
  errno = error;
  return -1;
}

int take(sem_t* semaphore, Nanoseconds deadline) {
  for (;;) {
    sched::Woken woken;
    {
      const sched::Guard guard(sched::State::threads);
      woken = semaphore->value > 0 ? sched::Woken::by_queue : queue_of(semaphore).wait_for_call(deadline);
      if (semaphore->value > 0) {
        semaphore->value--;
        return 0;
      }
    }
    if (woken == sched::Woken::by_deadline) return fail(ETIMEDOUT);
    if (woken == sched::Woken::by_interruption && posix::let_in()) return fail(EINTR);
  }
}

}  // namespace

extern "C" {

int sem_init(sem_t* semaphore, int, unsigned value) {
  if (value > SEM_VALUE_MAX) return fail(EINVAL);
  *semaphore = {};
  semaphore->value = static_cast<int>(value);
  return 0;
}

int sem_destroy(sem_t* semaphore) { return queue_of(semaphore).empty() ? 0 : fail(EBUSY); }

int sem_wait(sem_t* semaphore) { return take(semaphore, kNever); }

int sem_trywait(sem_t* semaphore) {
  const sched::Guard guard(sched::State::threads);
  return semaphore->value > 0 ? take(semaphore, kNever) : fail(EAGAIN);
}

int sem_clockwait(sem_t* semaphore, clockid_t clock, const struct timespec* until) {
  if (!posix::valid(*until)) return fail(EINVAL);
  return take(semaphore, posix::instant(clock, *until));
}

int sem_timedwait(sem_t* semaphore, const struct timespec* until) {
  return sem_clockwait(semaphore, CLOCK_REALTIME, until);
}

int sem_post(sem_t* semaphore) {
  const sched::Guard guard(sched::State::threads);
  if (semaphore->value == SEM_VALUE_MAX) return fail(EOVERFLOW);
  semaphore->value++;
  queue_of(semaphore).wake_one();
  return 0;
}

int sem_getvalue(sem_t* semaphore, int* value) {
  *value = semaphore->value;
  return 0;
}

}  // extern "C"
