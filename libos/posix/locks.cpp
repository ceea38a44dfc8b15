// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// picolibc's locks. Its own critical sections never give the processor away, but stdio's do while they write: so these
// are real recursive mutexes. A few come from a pool, so that a program's first printf() needs no heap.

#include <sys/lock.h>

#include <cstdlib>
#include <new>

#include "sched/mutex.h"
#include "trace/log.h"

struct __lock {
  wick::sched::RecursiveMutex mutex;
  bool pooled = false;
};

namespace {

constexpr unsigned kPooled = 4;
constinit __lock pool[kPooled];
constinit unsigned pool_used = 0;

__lock* make() {
  if (pool_used < kPooled) {
    pool[pool_used].pooled = true;
    return &pool[pool_used++];
  }
  void* room = std::malloc(sizeof(__lock));
  if (!room) wick::panic("no memory for a lock of the C library");
  return new (room) __lock;
}

void release(__lock* lock) {
  if (lock && !lock->pooled) std::free(lock);
}

}  // namespace

constinit __lock __lock___libc_recursive_mutex;

extern "C" {

void __retarget_lock_init(_LOCK_T* lock) { *lock = make(); }
void __retarget_lock_init_recursive(_LOCK_T* lock) { *lock = make(); }
void __retarget_lock_close(_LOCK_T lock) { release(lock); }
void __retarget_lock_close_recursive(_LOCK_T lock) { release(lock); }
void __retarget_lock_acquire(_LOCK_T lock) { lock->mutex.lock(); }
void __retarget_lock_acquire_recursive(_LOCK_T lock) { lock->mutex.lock(); }
void __retarget_lock_release(_LOCK_T lock) { lock->mutex.unlock(); }
void __retarget_lock_release_recursive(_LOCK_T lock) { lock->mutex.unlock(); }

}  // extern "C"
