// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Attribute objects: plain values.

#include <pthread.h>

#include <cerrno>

#include "sched/thread.h"

extern "C" {

int pthread_attr_init(pthread_attr_t* attributes) {
  *attributes = {wick::sched::default_stack(), PTHREAD_CREATE_JOINABLE};
  return 0;
}
int pthread_attr_destroy(pthread_attr_t*) { return 0; }

int pthread_attr_setstacksize(pthread_attr_t* attributes, size_t bytes) {
  if (bytes < PTHREAD_STACK_MIN) return EINVAL;
  attributes->stack_size = bytes;
  return 0;
}
int pthread_attr_getstacksize(const pthread_attr_t* attributes, size_t* bytes) {
  *bytes = attributes->stack_size;
  return 0;
}

int pthread_attr_setdetachstate(pthread_attr_t* attributes, int state) {
  if (state != PTHREAD_CREATE_JOINABLE && state != PTHREAD_CREATE_DETACHED) return EINVAL;
  attributes->detached = state;
  return 0;
}
int pthread_attr_getdetachstate(const pthread_attr_t* attributes, int* state) {
  *state = attributes->detached;
  return 0;
}

int pthread_mutexattr_init(pthread_mutexattr_t* attributes) {
  attributes->kind = PTHREAD_MUTEX_DEFAULT;
  return 0;
}
int pthread_mutexattr_destroy(pthread_mutexattr_t*) { return 0; }
int pthread_mutexattr_settype(pthread_mutexattr_t* attributes, int kind) {
  if (kind < PTHREAD_MUTEX_NORMAL || kind > PTHREAD_MUTEX_ERRORCHECK) return EINVAL;
  attributes->kind = kind;
  return 0;
}
int pthread_mutexattr_gettype(const pthread_mutexattr_t* attributes, int* kind) {
  *kind = attributes->kind;
  return 0;
}

int pthread_condattr_init(pthread_condattr_t* attributes) {
  attributes->clock = 0;
  return 0;
}
int pthread_condattr_destroy(pthread_condattr_t*) { return 0; }
int pthread_condattr_setclock(pthread_condattr_t* attributes, clockid_t clock) {
  if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return EINVAL;
  attributes->clock = static_cast<int>(clock);
  return 0;
}
int pthread_condattr_getclock(const pthread_condattr_t* attributes, clockid_t* clock) {
  *clock = attributes->clock ? static_cast<clockid_t>(attributes->clock) : CLOCK_REALTIME;
  return 0;
}

}  // extern "C"
