// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The lesser parts of pthread: spin locks, where a thread's stack is, forks that never come.

#include <cerrno>
#include <cstdint>

#include "posix/thread.h"
#include "sched/vcpu.h"

using namespace wick;

extern "C" {

extern char wick_stack_guard[], wick_stack_top[];

int pthread_spin_init(pthread_spinlock_t* lock, int) {
  *lock = 0;
  return 0;
}
int pthread_spin_destroy(pthread_spinlock_t*) { return 0; }

int pthread_spin_trylock(pthread_spinlock_t* lock) {
  return __atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE) ? EBUSY : 0;
}

int pthread_spin_lock(pthread_spinlock_t* lock) {
  while (pthread_spin_trylock(lock) != 0) sched::yield();
  return 0;
}

int pthread_spin_unlock(pthread_spinlock_t* lock) {
  __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
  return 0;
}

int pthread_getattr_np(pthread_t thread, pthread_attr_t* attributes) {
  if (!thread->scheduled) return ESRCH;
  (void)pthread_attr_init(attributes);
  const sched::StackRange stack = sched::stack_of(*thread->scheduled);
  attributes->detached = thread->detached;
  attributes->guard_size = stack.guard;
  char* const first = wick_stack_guard + kPage;
  attributes->stack = stack.lowest ? stack.lowest : first;
  attributes->stack_size = stack.lowest ? stack.bytes : static_cast<std::size_t>(wick_stack_top - first);
  return 0;
}

/// A hint for systems that have fewer processors' threads than the program's.
static constinit int concurrency = 0;
int pthread_getconcurrency(void) { return concurrency; }
int pthread_setconcurrency(int level) {
  if (level < 0) return EINVAL;
  concurrency = level;
  return 0;
}

/// fork() fails before it would call any of them.
int pthread_atfork(void (*)(void), void (*)(void), void (*)(void)) { return 0; }

}  // extern "C"
