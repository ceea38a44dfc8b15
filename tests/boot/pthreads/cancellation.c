// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Cancelling threads in calls that wait, and what they leave to do.
#include <pthread.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static int order[4], done;
static int ends[2];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static sem_t begun, cancelled, rested;
static pthread_t sleeper;

static void note(void* argument) { order[done++] = *(int*)argument; }
static void unlock(void* argument) { CHECK(pthread_mutex_unlock(argument) == 0); }

static void* read_forever(void* argument) {
  (void)argument;
  int one = 1, two = 2;
  char byte;
  pthread_cleanup_push(note, &one);
  pthread_cleanup_push(note, &two);
  sem_post(&begun);
  CHECK(read(ends[0], &byte, 1) == 77);
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return NULL;
}

static void* wait_forever(void* argument) {
  (void)argument;
  pthread_mutex_lock(&mutex);
  pthread_cleanup_push(unlock, &mutex);
  sem_post(&begun);
  for (;;) pthread_cond_wait(&condition, &mutex);
  pthread_cleanup_pop(1);
  return NULL;
}

static void* not_now(void* argument) {
  int before = 77;
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before) == 0 && before == PTHREAD_CANCEL_ENABLE);
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &before) == 0 && before == PTHREAD_CANCEL_DEFERRED);
  sem_post(&begun);
  CHECK(sem_wait(&cancelled) == 0);
  pthread_testcancel();
  *(int*)argument = 1;
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
  pthread_testcancel();
  *(int*)argument = 2;
  return NULL;
}

static void* compute(void* argument) {
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL) == 0);
  sem_post(&begun);
  for (volatile unsigned long spins = 0;;) spins = spins + 1;
  return argument;
}

static void* sleep_well(void* argument) {
  CHECK(sem_wait(&rested) == 0);
  return argument;
}

static void* join_sleeper(void* argument) {
  sem_post(&begun);
  pthread_join(sleeper, NULL);
  return argument;
}

static void cancel(void* (*function)(void*), void* argument) {
  pthread_t thread;
  void* result = NULL;
  CHECK(sem_init(&begun, 0, 0) == 0 && sem_init(&cancelled, 0, 0) == 0);
  CHECK(pthread_create(&thread, NULL, function, argument) == 0 && sem_wait(&begun) == 0);
  const struct timespec moment = {0, 10000000};
  nanosleep(&moment, NULL);
  CHECK(pthread_cancel(thread) == 0 && sem_post(&cancelled) == 0 && pthread_join(thread, &result) == 0 &&
        result == PTHREAD_CANCELED);
}

void cancellation(void) {
  CHECK(pipe(ends) == 0);
  cancel(read_forever, NULL);
  CHECK(done == 2 && order[0] == 2 && order[1] == 1);
  CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
  cancel(wait_forever, NULL);
  CHECK(pthread_mutex_trylock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
  int reached = 0;
  cancel(not_now, &reached);
  CHECK(reached == 1);
  cancel(compute, NULL);
  // Who is cancelled while it joins leaves the other to be joined.
  void* result = NULL;
  CHECK(sem_init(&rested, 0, 0) == 0 && pthread_create(&sleeper, NULL, sleep_well, &reached) == 0);
  cancel(join_sleeper, NULL);
  CHECK(sem_post(&rested) == 0 && pthread_join(sleeper, &result) == 0 && result == &reached);
}
