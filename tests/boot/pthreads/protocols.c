// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Protocols of mutexes: who is in the way of somebody urgent runs before those in between. Who runs when is told by
// letters. The thread that plays is more urgent than all of its pieces, so that they run while it waits.
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "parts.h"

enum { kLow = 10, kNext = 15, kMiddle = 20, kCeiling = 25, kHigh = 30, kPlayer = 40 };

static pthread_mutex_t first, second;
static sem_t ready, finish, gone;
static char order[8];

static void note(char letter) {
  const size_t length = strlen(order);
  CHECK(length + 1 < sizeof order);
  order[length] = letter;
}

static void expect(const char* letters) {
  CHECK(strcmp(order, letters) == 0);
  memset(order, 0, sizeof order);
}

static void make(pthread_mutex_t* mutex, int protocol, int robust) {
  pthread_mutexattr_t attributes;
  int told = -1;
  CHECK(pthread_mutexattr_init(&attributes) == 0 && pthread_mutexattr_setprotocol(&attributes, protocol) == 0);
  CHECK(pthread_mutexattr_getprotocol(&attributes, &told) == 0 && told == protocol);
  CHECK(pthread_mutexattr_setprotocol(&attributes, 3) == EINVAL);
  CHECK(pthread_mutexattr_setprioceiling(&attributes, 100) == EINVAL);
  CHECK(pthread_mutexattr_setprioceiling(&attributes, kCeiling) == 0);
  CHECK(pthread_mutexattr_getprioceiling(&attributes, &told) == 0 && told == kCeiling);
  CHECK(pthread_mutexattr_setrobust(&attributes, robust) == 0);
  CHECK(pthread_mutex_init(mutex, &attributes) == 0 && pthread_mutexattr_destroy(&attributes) == 0);
}

static void set_priority(pthread_t thread, int priority) {
  const struct sched_param parameters = {.sched_priority = priority};
  CHECK(pthread_setschedparam(thread, priority ? SCHED_FIFO : SCHED_OTHER, &parameters) == 0);
}

/// Starts, as it is more urgent than nobody until it is told to.
static pthread_t begin(void* (*function)(void*), int priority) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, function, NULL) == 0);
  set_priority(thread, priority);
  return thread;
}

/// Holds the first mutex until it is told to give it back.
static void* low(void* nothing) {
  CHECK(pthread_mutex_lock(&first) == 0 && sem_post(&ready) == 0 && sem_wait(&finish) == 0);
  note('l');
  CHECK(pthread_mutex_unlock(&first) == 0);
  note('L');
  return nothing;
}

static void* next(void* nothing) {
  CHECK(pthread_mutex_lock(&second) == 0 && pthread_mutex_lock(&first) == 0);
  note('n');
  CHECK(pthread_mutex_unlock(&first) == 0 && pthread_mutex_unlock(&second) == 0);
  return nothing;
}

static void* middle(void* nothing) {
  note('m');
  return nothing;
}

static void* high(void* nothing) {
  CHECK(pthread_mutex_lock(&second) == 0);
  note('h');
  CHECK(pthread_mutex_unlock(&second) == 0);
  return nothing;
}

static void* impatient(void* nothing) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 5000000;
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  CHECK(pthread_mutex_timedlock(&second, &until) == ETIMEDOUT && sem_post(&gone) == 0);
  return nothing;
}

static void* hold_and_end(void* mutex) {
  CHECK(pthread_mutex_lock(mutex) == 0);
  return NULL;
}

/// Lets threads that are ready run until all of them wait.
static void let_run(void) {
  const struct timespec moment = {0, 2000000};
  nanosleep(&moment, NULL);
}

static void inherit(int gives_up) {
  make(&first, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_STALLED);
  make(&second, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_STALLED);
  pthread_t threads[4] = {begin(low, kLow)};
  CHECK(sem_wait(&ready) == 0);
  threads[1] = begin(next, kNext);
  let_run();
  threads[2] = begin(gives_up ? impatient : high, kHigh);
  let_run();
  if (gives_up) CHECK(sem_wait(&gone) == 0);
  threads[3] = begin(middle, kMiddle);
  CHECK(sem_post(&finish) == 0);
  for (int i = 0; i < 4; ++i) CHECK(pthread_join(threads[i], NULL) == 0);
  expect(gives_up ? "mlnL" : "lnhmL");
  CHECK(pthread_mutex_destroy(&first) == 0 && pthread_mutex_destroy(&second) == 0);
}

static void protect(void) {
  int told = -1;
  make(&first, PTHREAD_PRIO_PROTECT, PTHREAD_MUTEX_STALLED);
  CHECK(pthread_mutex_lock(&first) == EINVAL);  // too urgent for it
  const pthread_t lower = begin(low, kLow);
  CHECK(sem_wait(&ready) == 0);
  const pthread_t between = begin(middle, kMiddle);
  CHECK(sem_post(&finish) == 0 && pthread_join(lower, NULL) == 0 && pthread_join(between, NULL) == 0);
  expect("lmL");
  CHECK(pthread_mutex_getprioceiling(&first, &told) == 0 && told == kCeiling);
  CHECK(pthread_mutex_setprioceiling(&first, kPlayer, &told) == 0 && told == kCeiling);
  CHECK(pthread_mutex_lock(&first) == 0 && pthread_mutex_unlock(&first) == 0 && pthread_mutex_destroy(&first) == 0);
}

static void robust(void) {
  pthread_t thread;
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  const struct timespec past = {1, 0};
  make(&first, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_ROBUST);
  CHECK(pthread_create(&thread, NULL, hold_and_end, &first) == 0 && pthread_join(thread, NULL) == 0);
  CHECK(pthread_mutex_lock(&first) == EOWNERDEAD && pthread_mutex_consistent(&first) == 0);
  CHECK(pthread_cond_timedwait(&condition, &first, &past) == ETIMEDOUT);
  CHECK(pthread_mutex_unlock(&first) == 0 && pthread_mutex_destroy(&first) == 0);
}

void protocols(void) {
#ifdef CPU_SET  // elsewhere threads run at the same time
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
#endif
  CHECK(sem_init(&ready, 0, 0) == 0 && sem_init(&finish, 0, 0) == 0 && sem_init(&gone, 0, 0) == 0);
  set_priority(pthread_self(), kPlayer);
  inherit(0);
  inherit(1);
  protect();
  robust();
  set_priority(pthread_self(), 0);
}
