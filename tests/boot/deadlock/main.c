// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <unistd.h>

#include "check.h"

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER;
static int rounds = 0;

// Many threads that wait for one lock while its holder sleeps are no deadlock.
static void* queue_up(void* argument) {
  (void)argument;
  CHECK(pthread_mutex_lock(&first) == 0);
  usleep(1000);
  ++rounds;
  CHECK(pthread_mutex_unlock(&first) == 0);
  return NULL;
}

static void* second_then_first(void* argument) {
  (void)argument;
  CHECK(pthread_mutex_lock(&second) == 0);
  usleep(1000);
  CHECK(pthread_mutex_lock(&first) == 0);
  return NULL;
}

int main(void) {
  pthread_t threads[8];
  for (int i = 0; i < 8; ++i) CHECK(pthread_create(&threads[i], NULL, queue_up, NULL) == 0);
  for (int i = 0; i < 8; ++i) CHECK(pthread_join(threads[i], NULL) == 0);
  CHECK(rounds == 8);

  pthread_t other;
  CHECK(pthread_mutex_lock(&first) == 0);
  CHECK(pthread_create(&other, NULL, second_then_first, NULL) == 0);
  usleep(1000);
  CHECK(pthread_mutex_lock(&second) == 0);
  return 0;
}
