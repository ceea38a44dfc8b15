// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Mutexes: the scheduler's recursive mutex, with the rules of each kind on top.

#include "posix/pthread_mutex.h"

#include <pthread.h>

#include "posix/deadline.h"

using namespace wick;
using posix::mutex_of;

namespace {

/// The caller has it: what is left to say of it.
int taken(pthread_mutex_t* mutex) { return posix::is_special(*mutex) ? posix::mutex_rules->locked(*mutex) : 0; }

/// Somebody has it, perhaps the caller.
[[gnu::noinline]] int wait_for(pthread_mutex_t* mutex) {
  if (mutex->kind != PTHREAD_MUTEX_RECURSIVE && mutex_of(mutex).mine()) {
    if (mutex->kind == PTHREAD_MUTEX_ERRORCHECK) return EDEADLK;
    panic("a thread locks a mutex that it already holds");
  }
  if (posix::is_special(*mutex))
    (void)posix::mutex_rules->wait(*mutex, kNever);
  else
    mutex_of(mutex).lock();
  return taken(mutex);
}

}  // namespace

extern "C" {

int pthread_mutex_init(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes) {
  *mutex = PTHREAD_MUTEX_INITIALIZER;
  if (!attributes) return 0;
  mutex->kind = attributes->kind;
  return posix::mutex_rules ? posix::mutex_rules->make(*mutex, *attributes) : 0;
}

int pthread_mutex_destroy(pthread_mutex_t* mutex) {
  if (mutex_of(mutex).locked()) return EBUSY;
  if (posix::is_special(*mutex)) posix::mutex_rules->destroy(*mutex);
  return 0;
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  if (!mutex_of(mutex).take_free()) return wait_for(mutex);
  return taken(mutex);
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  if (mutex->kind != PTHREAD_MUTEX_RECURSIVE && mutex_of(mutex).locked()) return EBUSY;
  return mutex_of(mutex).try_lock() ? taken(mutex) : EBUSY;
}

int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock, const struct timespec* until) {
  if (mutex->kind == PTHREAD_MUTEX_ERRORCHECK && mutex_of(mutex).mine()) return EDEADLK;
  if (!posix::valid(*until) || (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)) return EINVAL;
  const Nanoseconds deadline = posix::instant(clock, *until);
  if (mutex->kind == PTHREAD_MUTEX_NORMAL && mutex_of(mutex).mine()) {
    sched::sleep_until(deadline);
    return ETIMEDOUT;
  }
  const bool in_time =
      posix::is_special(*mutex) ? posix::mutex_rules->wait(*mutex, deadline) : mutex_of(mutex).lock_until(deadline);
  return in_time ? taken(mutex) : ETIMEDOUT;
}

int pthread_mutex_timedlock(pthread_mutex_t* mutex, const struct timespec* until) {
  return pthread_mutex_clocklock(mutex, CLOCK_REALTIME, until);
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) {
  if (!mutex_of(mutex).mine()) return EPERM;
  posix::give_back(*mutex);
  return 0;
}

}  // extern "C"
