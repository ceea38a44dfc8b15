// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Attribute objects: plain values.

#include <pthread.h>

#include <cerrno>

#include "abi/types.h"
#include "memory/heap.h"
#include "sched/thread.h"

namespace {

/// The part of the heap that a stack may be. Programs that ask for more, as where a stack costs only what is used of
/// it, go on with what they had.
constexpr std::uint64_t kLargestStack = 8;

/// Every thread that could share an object is of this process.
template <typename Attributes>
int share(Attributes& attributes, int shared) {
  if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED) return EINVAL;
  attributes.shared = shared;
  return 0;
}

template <typename Attributes>
int tell(const Attributes& attributes, int* shared) {
  *shared = attributes.shared;
  return 0;
}

}  // namespace

extern "C" {

int pthread_attr_init(pthread_attr_t* attributes) {
  *attributes = {wick::sched::default_stack(), PTHREAD_CREATE_JOINABLE, wick::kPage, nullptr};
  return 0;
}
int pthread_attr_destroy(pthread_attr_t*) { return 0; }

int pthread_attr_setstacksize(pthread_attr_t* attributes, size_t bytes) {
  if (bytes < PTHREAD_STACK_MIN || bytes > wick::memory::the_heap.size() / kLargestStack) return EINVAL;
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

/// Kept and told, as POSIX has it; the guard is a page, whatever is asked for (pthread_getattr_np() tells that one).
int pthread_attr_setguardsize(pthread_attr_t* attributes, size_t bytes) {
  attributes->guard_size = bytes;
  return 0;
}
int pthread_attr_getguardsize(const pthread_attr_t* attributes, size_t* bytes) {
  *bytes = attributes->guard_size;
  return 0;
}
int pthread_attr_getstack(const pthread_attr_t* attributes, void** lowest, size_t* bytes) {
  *lowest = attributes->stack;
  *bytes = attributes->stack_size;
  return 0;
}

int pthread_mutexattr_init(pthread_mutexattr_t* attributes) {
  *attributes = {PTHREAD_MUTEX_DEFAULT, PTHREAD_MUTEX_STALLED, PTHREAD_PROCESS_PRIVATE, PTHREAD_PRIO_NONE, 1};
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
  *attributes = {0, PTHREAD_PROCESS_PRIVATE};
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

int pthread_rwlockattr_init(pthread_rwlockattr_t* attributes) {
  attributes->shared = PTHREAD_PROCESS_PRIVATE;
  return 0;
}
int pthread_rwlockattr_destroy(pthread_rwlockattr_t*) { return 0; }

int pthread_barrierattr_init(pthread_barrierattr_t* attributes) {
  attributes->shared = PTHREAD_PROCESS_PRIVATE;
  return 0;
}
int pthread_barrierattr_destroy(pthread_barrierattr_t*) { return 0; }

int pthread_mutexattr_setpshared(pthread_mutexattr_t* attributes, int shared) { return share(*attributes, shared); }
int pthread_mutexattr_getpshared(const pthread_mutexattr_t* attributes, int* to) { return tell(*attributes, to); }
int pthread_condattr_setpshared(pthread_condattr_t* attributes, int shared) { return share(*attributes, shared); }
int pthread_condattr_getpshared(const pthread_condattr_t* attributes, int* to) { return tell(*attributes, to); }
int pthread_rwlockattr_setpshared(pthread_rwlockattr_t* attributes, int shared) { return share(*attributes, shared); }
int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t* attributes, int* to) { return tell(*attributes, to); }
int pthread_barrierattr_setpshared(pthread_barrierattr_t* attributes, int shared) { return share(*attributes, shared); }
int pthread_barrierattr_getpshared(const pthread_barrierattr_t* attributes, int* to) { return tell(*attributes, to); }

}  // extern "C"
