// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Mutexes: the scheduler's recursive mutex, with the rules of each kind on top.

#include "posix/pthread_mutex.h"

#include <pthread.h>

#include "posix/deadline.h"

using namespace wick;
using posix::mutex_of;

extern "C" {

int pthread_mutex_init(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes) {
  *mutex = PTHREAD_MUTEX_INITIALIZER;
  if (attributes) mutex->kind = attributes->kind;
  return 0;
}

int pthread_mutex_destroy(pthread_mutex_t* mutex) { return mutex_of(mutex).locked() ? EBUSY : 0; }

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  if (mutex->kind != PTHREAD_MUTEX_RECURSIVE && mutex_of(mutex).mine()) {
    if (mutex->kind == PTHREAD_MUTEX_ERRORCHECK) return EDEADLK;
    panic("a thread locks a mutex that it already holds");
  }
  mutex_of(mutex).lock();
  return 0;
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  if (mutex->kind != PTHREAD_MUTEX_RECURSIVE && mutex_of(mutex).locked()) return EBUSY;
  return mutex_of(mutex).try_lock() ? 0 : EBUSY;
}

int pthread_mutex_timedlock(pthread_mutex_t* mutex, const struct timespec* until) {
  if (mutex->kind == PTHREAD_MUTEX_ERRORCHECK && mutex_of(mutex).mine()) return EDEADLK;
  if (!posix::valid(*until)) return EINVAL;
  const Nanoseconds deadline = posix::instant(CLOCK_REALTIME, *until);
  if (mutex->kind == PTHREAD_MUTEX_NORMAL && mutex_of(mutex).mine()) {
    sched::sleep_until(deadline);
    return ETIMEDOUT;
  }
  return mutex_of(mutex).lock_until(deadline) ? 0 : ETIMEDOUT;
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) {
  if (!mutex_of(mutex).mine()) return EPERM;
  mutex_of(mutex).unlock();
  return 0;
}

}  // extern "C"
