// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Keys: thread-local storage by number.

#include <pthread.h>

#include <cerrno>

#include "posix/pthread_end.h"
#include "sched/lock.h"

namespace {

struct Key {
  bool used;
  void (*destructor)(void*);
};

constinit Key keys[PTHREAD_KEYS_MAX] = {};
thread_local constinit const void* values[PTHREAD_KEYS_MAX] = {};

bool valid(pthread_key_t key) { return key < PTHREAD_KEYS_MAX && keys[key].used; }

bool run_once() {
  bool any = false;
  for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX; key++) {
    if (!values[key] || !keys[key].used || !keys[key].destructor) continue;
    const void* value = values[key];
    values[key] = nullptr;
    keys[key].destructor(const_cast<void*>(value));
    any = true;
  }
  return any;
}

}  // namespace

void wick::posix::run_key_destructors() {
  for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS && run_once(); round++) {
  }
}

extern "C" {

int pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) {
  const wick::sched::Guard guard(wick::sched::State::program);
  for (pthread_key_t free = 0; free < PTHREAD_KEYS_MAX; free++) {
    if (keys[free].used) continue;
    keys[free] = {true, destructor};
    *key = free;
    return 0;
  }
  return EAGAIN;
}

/// Other threads keep stale values: POSIX leaves clearing them to the program.
int pthread_key_delete(pthread_key_t key) {
  if (!valid(key)) return EINVAL;
  keys[key] = {};
  values[key] = nullptr;
  return 0;
}

void* pthread_getspecific(pthread_key_t key) { return valid(key) ? const_cast<void*>(values[key]) : nullptr; }

int pthread_setspecific(pthread_key_t key, const void* value) {
  if (!valid(key)) return EINVAL;
  values[key] = value;
  return 0;
}

}  // extern "C"
