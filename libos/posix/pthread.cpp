// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// POSIX threads: starting, joining, ending. What outlives a thread (its result, for whoever joins) is here; its stack
// is the scheduler's and goes when it ends.

#include <pthread.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

#include "posix/pthread_end.h"
#include "posix/pthread_thread.h"
#include "posix/streams.h"
#include "sched/lock.h"
#include "sched/thread_data.h"

using namespace wick;

struct wick_pthread {
  void* (*start)(void*) = nullptr;
  void* argument = nullptr;
  void* result = nullptr;
  sched::Thread* thread = nullptr;
  bool ended = false;
  bool detached = false;
  bool joined = false;
  sched::WaitQueue joiners;
  char name[16] = {};
};

namespace {

constinit wick_pthread first_thread;
constinit unsigned living = 1;  // the program ends with its last thread

/// The first thread's and those of libos's own threads stay null.
thread_local constinit wick_pthread* self = nullptr;

void run(void* argument) {
  self = static_cast<wick_pthread*>(argument);
  pthread_exit(self->start(self->argument));
}

}  // namespace

sched::Thread* posix::thread_of(pthread_t thread) {
  if (thread->ended) return nullptr;
  return thread == &first_thread ? &sched::first_thread() : thread->thread;
}

extern "C" {

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
  void* room = std::malloc(sizeof(wick_pthread));
  if (!room) return EAGAIN;
  auto* made = new (room) wick_pthread;
  made->start = start;
  made->argument = argument;
  made->detached = attributes && attributes->detached;
  if (wick_stdio_is_shared) wick_stdio_is_shared();
  const sched::Guard guard(sched::State::threads);
  const auto spawned = sched::spawn("pthread", run, made, attributes ? attributes->stack_size : 0);
  if (!ok(spawned.status)) {
    std::free(made);
    return EAGAIN;
  }
  living++;
  made->thread = spawned.thread;
  *thread = made;
  return 0;
}

void pthread_exit(void* result) {
  pthread_t me = pthread_self();
  sched::run_thread_local_destructors();
  posix::run_key_destructors();
  if (wick_stdio_thread_ends) wick_stdio_thread_ends();
  if (__atomic_sub_fetch(&living, 1, __ATOMIC_RELAXED) == 0) std::exit(0);
  sched::hold(sched::State::threads);  // whoever joins finds a thread that runs no more
  me->result = result;
  me->ended = true;
  if (me->detached && me != &first_thread) {
    std::free(me);
  } else {
    me->joiners.wake_all();
  }
  sched::finish();
}

int pthread_join(pthread_t thread, void** result) {
  const sched::Guard guard(sched::State::threads);
  if (thread == pthread_self()) return EDEADLK;
  if (thread->detached || thread->joined) return EINVAL;
  thread->joined = true;
  while (!thread->ended) thread->joiners.wait();
  if (result) *result = thread->result;
  if (thread != &first_thread) std::free(thread);
  return 0;
}

int pthread_detach(pthread_t thread) {
  const sched::Guard guard(sched::State::threads);
  if (thread->detached || thread->joined) return EINVAL;
  thread->detached = true;
  if (thread->ended && thread != &first_thread) std::free(thread);
  return 0;
}

pthread_t pthread_self(void) { return self ? self : &first_thread; }

int pthread_equal(pthread_t a, pthread_t b) { return a == b; }

int pthread_setname_np(pthread_t thread, const char* name) {
  if (std::strlen(name) >= sizeof(thread->name)) return ERANGE;
  std::strcpy(thread->name, name);
  return 0;
}

int pthread_getname_np(pthread_t thread, char* name, size_t size) {
  if (std::strlen(thread->name) >= size) return ERANGE;
  std::strcpy(name, thread->name);
  return 0;
}

}  // extern "C"
