// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Threads as C11 has them.
#include <threads.h>

#include "check.h"
#include "parts.h"

static mtx_t mutex;
static cnd_t condition;
static once_flag flag = ONCE_FLAG_INIT;
static tss_t key;
static int calls, ready, destroyed;

static void once(void) { calls++; }
static void destroy(void* value) { destroyed = *(int*)value; }

static int run(void* argument) {
  call_once(&flag, once);
  tss_set(key, argument);
  mtx_lock(&mutex);
  ready = 1;
  cnd_signal(&condition);
  mtx_unlock(&mutex);
  if (*(int*)argument == 9) thrd_exit(9);
  return 7;
}

void c11(void) {
  thrd_t thread;
  int result = 0, value = 9;
  CHECK(mtx_init(&mutex, mtx_timed) == thrd_success && cnd_init(&condition) == thrd_success);
  CHECK(tss_create(&key, destroy) == thrd_success);
  CHECK(mtx_lock(&mutex) == thrd_success && thrd_create(&thread, run, &value) == thrd_success);
  while (!ready) CHECK(cnd_wait(&condition, &mutex) == thrd_success);
  CHECK(mtx_unlock(&mutex) == thrd_success && thrd_join(thread, &result) == thrd_success && result == 9);
  call_once(&flag, once);
  CHECK(calls == 1 && destroyed == 9 && tss_get(key) == NULL && thrd_equal(thrd_current(), thrd_current()));
  struct timespec date;
  CHECK(timespec_get(&date, TIME_UTC) == TIME_UTC);
  CHECK(mtx_lock(&mutex) == thrd_success && mtx_trylock(&mutex) == thrd_busy);
  CHECK(cnd_timedwait(&condition, &mutex, &date) == thrd_timedout);
  const struct timespec moment = {0, 1000000};
  CHECK(thrd_sleep(&moment, NULL) == 0);
  thrd_yield();
  CHECK(mtx_unlock(&mutex) == thrd_success);
  mtx_destroy(&mutex);
  cnd_destroy(&condition);
}
