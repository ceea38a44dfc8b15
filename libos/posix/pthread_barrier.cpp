// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Barriers and pthread_once().

#include <cerrno>

#include "posix/pthread_mutex.h"

using namespace wick;

namespace {

struct Barrier {
  sched::WaitQueue waiting;
  unsigned count = 0;
  unsigned arrived = 0;
};

Barrier& barrier_of(pthread_barrier_t* barrier) { return posix::inside<Barrier>(barrier->words); }

enum OnceState { kFresh = 0, kRunning = 1, kDone = 2 };

}  // namespace

extern "C" {

int pthread_barrier_init(pthread_barrier_t* barrier, const pthread_barrierattr_t*, unsigned count) {
  if (count == 0) return EINVAL;
  *barrier = {};
  barrier_of(barrier).count = count;
  return 0;
}

int pthread_barrier_destroy(pthread_barrier_t* barrier) { return barrier_of(barrier).arrived ? EBUSY : 0; }

int pthread_barrier_wait(pthread_barrier_t* barrier) {
  const sched::Guard guard(sched::State::threads);
  Barrier& inner = barrier_of(barrier);
  if (++inner.arrived < inner.count) {
    inner.waiting.wait();
    return 0;
  }
  inner.arrived = 0;
  inner.waiting.wake_all();
  return PTHREAD_BARRIER_SERIAL_THREAD;
}

int pthread_once(pthread_once_t* once, void (*function)(void)) {
  auto& waiting = posix::inside<sched::WaitQueue>(once->words);
  {
    const sched::Guard guard(sched::State::threads);
    while (once->state == kRunning) waiting.wait();
    if (once->state == kDone) return 0;
    once->state = kRunning;
  }
  function();
  const sched::Guard guard(sched::State::threads);
  once->state = kDone;
  waiting.wake_all();
  return 0;
}

}  // extern "C"
