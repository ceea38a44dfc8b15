// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A mutex that is free, and a change from one thread to another, in instructions. A change is what remains of two
// threads that wake each other by turns when what they call costs without one is taken off: to wake, to wait, to choose
// who is next, and the change of registers.
#include <pthread.h>
#include <semaphore.h>

#include "check.h"
#include "parts.h"

enum { kTimes = 10000 };
#ifdef NDEBUG
enum { kMostForPair = 25, kMostForChange = 190 };
#else /* made for a debugger: nothing is inlined from another file */
enum { kMostForPair = 65, kMostForChange = 225 };
#endif

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sem_t ball, other;

static void* play(void* nothing) {
  for (int i = 0; i < kTimes; i++) CHECK(sem_wait(&other) == 0 && sem_post(&ball) == 0);
  return nothing;
}

void threads(void) {
  long long start = now();
  for (int i = 0; i < kTimes; i++) asm volatile("" ::: "memory");
  const long long loop = now() - start;
  start = now();
  for (int i = 0; i < kTimes; i++) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
  }
  const long long pair = (now() - start - loop) / kTimes;

  pthread_t thread;
  CHECK(sem_init(&ball, 0, 0) == 0 && sem_init(&other, 0, 0) == 0);
  start = now();
  for (int i = 0; i < kTimes; i++) CHECK(sem_post(&ball) == 0 && sem_wait(&ball) == 0);
  const long long calls = now() - start;
  CHECK(pthread_create(&thread, NULL, play, NULL) == 0);
  start = now();
  for (int i = 0; i < kTimes; i++) CHECK(sem_post(&other) == 0 && sem_wait(&ball) == 0);
  const long long change = (now() - start - 2 * calls) / (2 * kTimes);
  CHECK(pthread_join(thread, NULL) == 0);
  printf("a mutex: %lld instructions, a change of threads: %lld\n", pair, change);
  CHECK(pair <= kMostForPair && change <= kMostForChange);
}
