// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// POSIX threads: starting, joining, ending. What outlives a thread (its result, for whoever joins) is here; its stack
// is the scheduler's and goes when it ends.

#include <pthread.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

#include "posix/deadline.h"
#include "posix/interruption.h"
#include "posix/pthread_end.h"
#include "posix/streams.h"
#include "posix/thread.h"
#include "sched/lock.h"
#include "sched/thread_data.h"
#include "sched/vcpu.h"

using namespace wick;

namespace {

constinit wick_pthread first{&sched::vcpus[0].first};
constinit unsigned living = 1;  // the program ends with its last thread

/// The first thread's and those of libos's own threads stay null.
thread_local constinit wick_pthread* me = nullptr;

void run(void* argument) {
  me = static_cast<wick_pthread*>(argument);
  pthread_exit(me->start(me->argument));
}

void put_into_list(wick_pthread& thread) {
  thread.next = first.next;
  thread.previous = &first;
  if (first.next) first.next->previous = &thread;
  first.next = &thread;
}

void take_out_of_list(wick_pthread& thread) {
  if (thread.previous) thread.previous->next = thread.next;
  if (thread.next) thread.next->previous = thread.previous;
}

int join(pthread_t thread, void** result, Nanoseconds deadline) {
  if (thread == pthread_self()) return EDEADLK;
  for (;;) {
    {
      const sched::Guard guard(sched::State::threads);
      if (thread->detached || thread->joined) return EINVAL;
      sched::Woken woken = sched::Woken::by_queue;
      if (!thread->ended) {
        thread->joined = true;
        woken = thread->joiners.wait_for_call(deadline);
        thread->joined = false;  // whoever is cancelled here leaves it to be joined
      }
      if (thread->ended) {
        if (result) *result = thread->result;
        if (thread != &first) std::free(thread);
        return 0;
      }
      if (woken == sched::Woken::by_deadline) return ETIMEDOUT;
    }
    (void)posix::let_in();
  }
}

}  // namespace

wick_pthread* posix::self() { return me ? me : &first; }
wick_pthread& posix::first_thread() { return first; }

extern "C" {

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
  void* room = std::malloc(sizeof(wick_pthread));
  if (!room) return EAGAIN;
  auto* made = new (room) wick_pthread;
  made->start = start;
  made->argument = argument;
  made->detached = attributes && attributes->detached;
  made->blocked = posix::self()->blocked;
  if (wick_stdio_is_shared) wick_stdio_is_shared();
  const sched::Guard guard(sched::State::threads);
  const auto spawned = sched::spawn("pthread", run, made, attributes ? attributes->stack_size : 0);
  if (!ok(spawned.status)) {
    std::free(made);
    return EAGAIN;
  }
  made->scheduled = spawned.thread;
  put_into_list(*made);
  living++;
  *thread = made;
  return 0;
}

void pthread_exit(void* result) {
  pthread_t self = pthread_self();
  self->may_be_cancelled = false;
  while (wick_cleanup* top = self->cleanups) {
    self->cleanups = top->below;
    top->function(top->argument);
  }
  sched::run_thread_local_destructors();
  posix::run_key_destructors();
  if (wick_stdio_thread_ends) wick_stdio_thread_ends();
  if (__atomic_sub_fetch(&living, 1, __ATOMIC_RELAXED) == 0) std::exit(0);
  if (posix::mutex_rules) posix::mutex_rules->thread_ends(*self);
  sched::hold(sched::State::threads);  // whoever joins finds a thread that runs no more
  if (wick_signals_thread_ends) wick_signals_thread_ends(self);
  take_out_of_list(*self);
  self->scheduled = nullptr;
  self->result = result;
  self->ended = true;
  if (self->detached && self != &first) {
    sched::set_name(sched::current(), "pthread");
    std::free(self);
  } else {
    self->joiners.wake_all();
  }
  sched::finish();
}

int pthread_clockjoin_np(pthread_t thread, void** result, clockid_t clock, const struct timespec* until) {
  if (until && !posix::valid(*until)) return EINVAL;
  return join(thread, result, until ? posix::instant(clock, *until) : kNever);
}

int pthread_timedjoin_np(pthread_t thread, void** result, const struct timespec* until) {
  return pthread_clockjoin_np(thread, result, CLOCK_REALTIME, until);
}

int pthread_tryjoin_np(pthread_t thread, void** result) { return thread->ended ? join(thread, result, kNever) : EBUSY; }

int pthread_join(pthread_t thread, void** result) { return join(thread, result, kNever); }

int pthread_detach(pthread_t thread) {
  const sched::Guard guard(sched::State::threads);
  if (thread->detached || thread->joined) return EINVAL;
  thread->detached = true;
  if (thread->ended && thread != &first) std::free(thread);
  return 0;
}

pthread_t pthread_self(void) { return posix::self(); }

int pthread_equal(pthread_t a, pthread_t b) { return a == b; }

int pthread_setname_np(pthread_t thread, const char* name) {
  if (std::strlen(name) >= sizeof(thread->name)) return ERANGE;
  std::strcpy(thread->name, name);
  const sched::Guard guard(sched::State::threads);
  if (thread->scheduled) sched::set_name(*thread->scheduled, thread->name);
  return 0;
}

int pthread_getname_np(pthread_t thread, char* name, size_t size) {
  if (std::strlen(thread->name) >= size) return ERANGE;
  std::strcpy(name, thread->name);
  return 0;
}

}  // extern "C"
