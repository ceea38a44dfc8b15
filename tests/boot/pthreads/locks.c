// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Locks: kinds, holders that end, limits on both clocks.
#include <pthread.h>
#include <time.h>

#include "check.h"
#include "parts.h"

static pthread_mutex_t mutex;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void make(int kind, int robust) {
  pthread_mutexattr_t attributes;
  int told = -1;
  CHECK(pthread_mutexattr_init(&attributes) == 0 && pthread_mutexattr_settype(&attributes, kind) == 0);
  CHECK(pthread_mutexattr_setrobust(&attributes, robust) == 0 && pthread_mutexattr_getrobust(&attributes, &told) == 0);
  CHECK(told == robust && pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0);
  CHECK(pthread_mutexattr_getpshared(&attributes, &told) == 0 && told == PTHREAD_PROCESS_SHARED);
  CHECK(pthread_mutexattr_getprotocol(&attributes, &told) == 0 && told == PTHREAD_PRIO_NONE);
  CHECK(pthread_mutex_init(&mutex, &attributes) == 0 && pthread_mutexattr_destroy(&attributes) == 0);
}

static struct timespec from_now(clockid_t clock, long milliseconds) {
  struct timespec time;
  clock_gettime(clock, &time);
  time.tv_nsec += milliseconds * 1000000;
  if (time.tv_nsec >= 1000000000) time.tv_sec++, time.tv_nsec -= 1000000000;
  return time;
}

static void* lock_and_end(void* argument) {
  CHECK(pthread_mutex_lock(&mutex) == *(int*)argument);
  return NULL;
}

static void* run_out(void* argument) {
  const struct timespec real = from_now(CLOCK_REALTIME, 10), steady = from_now(CLOCK_MONOTONIC, 20);
  CHECK(pthread_mutex_trylock(&mutex) == EBUSY && pthread_mutex_timedlock(&mutex, &real) == ETIMEDOUT);
  CHECK(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &steady) == ETIMEDOUT &&
        pthread_mutex_unlock(&mutex) == EPERM);
  CHECK(pthread_rwlock_timedrdlock(&lock, &real) == ETIMEDOUT && pthread_rwlock_tryrdlock(&lock) == EBUSY);
  CHECK(pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, &steady) == ETIMEDOUT);
  return argument;
}

static void on_thread(void* (*function)(void*), void* argument) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, function, argument) == 0 && pthread_join(thread, NULL) == 0);
}

void locks(void) {
  make(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_STALLED);
  CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_lock(&mutex) == EDEADLK);
  CHECK(pthread_rwlock_wrlock(&lock) == 0);
  on_thread(run_out, NULL);
  CHECK(pthread_mutex_unlock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == EPERM &&
        pthread_mutex_destroy(&mutex) == 0);
  CHECK(pthread_rwlock_unlock(&lock) == 0 && pthread_rwlock_tryrdlock(&lock) == 0 && pthread_rwlock_unlock(&lock) == 0);
  make(PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_STALLED);
  CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_lock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
  CHECK(pthread_mutex_unlock(&mutex) == 0 && pthread_mutex_destroy(&mutex) == 0);

  make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST);
  int expected = 0;
  on_thread(lock_and_end, &expected);
  CHECK(pthread_mutex_lock(&mutex) == EOWNERDEAD && pthread_mutex_consistent(&mutex) == 0);
  CHECK(pthread_mutex_consistent(&mutex) == EINVAL && pthread_mutex_unlock(&mutex) == 0);
  on_thread(lock_and_end, &expected);
  expected = EOWNERDEAD;
  on_thread(lock_and_end, &expected);
  CHECK(pthread_mutex_trylock(&mutex) == EOWNERDEAD && pthread_mutex_unlock(&mutex) == 0);
  CHECK(pthread_mutex_lock(&mutex) == ENOTRECOVERABLE && pthread_mutex_trylock(&mutex) == ENOTRECOVERABLE);
  CHECK(pthread_mutex_destroy(&mutex) == 0);

  pthread_condattr_t attributes;
  pthread_cond_t condition;
  make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED);
  CHECK(pthread_condattr_init(&attributes) == 0 && pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
  CHECK(pthread_cond_init(&condition, &attributes) == 0 && pthread_mutex_lock(&mutex) == 0);
  struct timespec until = from_now(CLOCK_MONOTONIC, 10);
  CHECK(pthread_cond_timedwait(&condition, &mutex, &until) == ETIMEDOUT);
  until = from_now(CLOCK_REALTIME, 10);
  CHECK(pthread_cond_clockwait(&condition, &mutex, CLOCK_REALTIME, &until) == ETIMEDOUT);
  CHECK(pthread_mutex_unlock(&mutex) == 0 && pthread_cond_destroy(&condition) == 0);

  pthread_spinlock_t spin;
  CHECK(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE) == 0 && pthread_spin_lock(&spin) == 0);
  CHECK(pthread_spin_trylock(&spin) == EBUSY && pthread_spin_unlock(&spin) == 0 && pthread_spin_trylock(&spin) == 0);
}
