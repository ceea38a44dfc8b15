// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A thread waits for a lock that another one has for a while: the log says so, as expect.txt asks for trace.locks.
#include <pthread.h>
#include <time.h>

#include "check.h"
#include "parts.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t held;

static void* hold(void* argument) {
  const struct timespec moment = {0, 30000000};
  pthread_mutex_lock(&lock);
  pthread_barrier_wait(&held);
  nanosleep(&moment, NULL);
  pthread_mutex_unlock(&lock);
  return argument;
}

static void* wait_for_it(void* argument) {
  pthread_barrier_wait(&held);
  pthread_mutex_lock(&lock);
  pthread_mutex_unlock(&lock);
  return argument;
}

void lock_trace(void) {
  pthread_t holder, waiter;
  CHECK(pthread_barrier_init(&held, NULL, 2) == 0);
  CHECK(pthread_create(&holder, NULL, hold, NULL) == 0 && pthread_setname_np(holder, "holder") == 0);
  CHECK(pthread_create(&waiter, NULL, wait_for_it, NULL) == 0 && pthread_setname_np(waiter, "waiter") == 0);
  CHECK(pthread_join(holder, NULL) == 0 && pthread_join(waiter, NULL) == 0);
  CHECK(pthread_barrier_destroy(&held) == 0);
}
