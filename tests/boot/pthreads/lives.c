// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Threads' attributes, names, stacks, and joining them with a limit.
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "check.h"
#include "parts.h"

static void* nap(void* argument) {
  const struct timespec moment = {0, 50000000};
  nanosleep(&moment, NULL);
  return argument;
}

static void* look(void* argument) {
  pthread_attr_t attributes;
  void* lowest = NULL;
  size_t bytes = 0, guard = 0;
  CHECK(pthread_getattr_np(pthread_self(), &attributes) == 0 &&
        pthread_attr_getstack(&attributes, &lowest, &bytes) == 0);
  CHECK((char*)&attributes > (char*)lowest && (char*)&attributes < (char*)lowest + bytes);
  CHECK(pthread_attr_getguardsize(&attributes, &guard) == 0);
  CHECK(!argument || bytes >= *(size_t*)argument);
  CHECK(pthread_attr_destroy(&attributes) == 0);
  return NULL;
}

void lives(void) {
  pthread_t thread;
  void* result = NULL;
  int value = 5;
  CHECK(pthread_create(&thread, NULL, nap, &value) == 0);
  CHECK(pthread_tryjoin_np(thread, &result) == EBUSY);
  struct timespec soon;
  clock_gettime(CLOCK_REALTIME, &soon);
  CHECK(pthread_timedjoin_np(thread, &result, &soon) == ETIMEDOUT);
  soon.tv_sec += 20;
  CHECK(pthread_timedjoin_np(thread, &result, &soon) == 0 && result == &value);

  size_t bytes = 256 * 1024, told = 0;
  int state = -1;
  pthread_attr_t attributes;
  CHECK(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, bytes) == 0);
  CHECK(pthread_attr_setguardsize(&attributes, 8192) == 0 && pthread_attr_getguardsize(&attributes, &told) == 0 &&
        told == 8192);
  CHECK(pthread_attr_getdetachstate(&attributes, &state) == 0 && state == PTHREAD_CREATE_JOINABLE);
  CHECK(pthread_create(&thread, &attributes, look, &bytes) == 0 && pthread_join(thread, NULL) == 0);
  look(NULL);
  char name[16];
  CHECK(pthread_setname_np(pthread_self(), "first") == 0 && pthread_getname_np(pthread_self(), name, sizeof name) == 0);
  CHECK(strcmp(name, "first") == 0 && pthread_setname_np(pthread_self(), "much too long for it") == ERANGE);
  CHECK(pthread_atfork(NULL, NULL, NULL) == 0 && pthread_setconcurrency(3) == 0 && pthread_getconcurrency() == 3);
}
