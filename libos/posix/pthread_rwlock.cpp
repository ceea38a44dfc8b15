// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Read-write locks. Writers first: a waiting writer keeps new readers out, so that it is not starved.

#include <cerrno>

#include "posix/deadline.h"
#include "posix/pthread_mutex.h"

using namespace wick;

namespace {

struct Lock {
  sched::WaitQueue readers;
  sched::WaitQueue writers;
  unsigned reading = 0;
  bool writing = false;

  bool try_read() {
    if (writing || !writers.empty()) return false;
    reading++;
    return true;
  }
  bool try_write() {
    if (writing || reading > 0) return false;
    return writing = true;
  }
  void unlock() {
    if (writing) {
      writing = false;
    } else if (--reading > 0) {
      return;
    }
    if (!writers.empty()) {
      writers.wake_one();
    } else {
      readers.wake_all();
    }
  }
};

Lock& lock_of(pthread_rwlock_t* lock) { return posix::inside<Lock>(lock->words); }

int read(pthread_rwlock_t* outer, Nanoseconds deadline) {
  const sched::Guard guard(sched::State::threads);
  Lock& lock = lock_of(outer);
  while (!lock.try_read()) {
    if (!lock.readers.wait_until(deadline)) return lock.try_read() ? 0 : ETIMEDOUT;
  }
  return 0;
}

int write(pthread_rwlock_t* outer, Nanoseconds deadline) {
  const sched::Guard guard(sched::State::threads);
  Lock& lock = lock_of(outer);
  while (!lock.try_write()) {
    if (lock.writers.wait_until(deadline)) continue;
    if (lock.try_write()) return 0;
    // A writer that gives up was what kept readers out.
    if (!lock.writing && lock.writers.empty()) lock.readers.wake_all();
    return ETIMEDOUT;
  }
  return 0;
}

}  // namespace

extern "C" {

int pthread_rwlock_init(pthread_rwlock_t* lock, const pthread_rwlockattr_t*) {
  *lock = PTHREAD_RWLOCK_INITIALIZER;
  return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t* lock) {
  return lock_of(lock).writing || lock_of(lock).reading ? EBUSY : 0;
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) { return read(lock, kNever); }

int pthread_rwlock_clockrdlock(pthread_rwlock_t* lock, clockid_t clock, const struct timespec* until) {
  return posix::valid(*until) ? read(lock, posix::instant(clock, *until)) : EINVAL;
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t* lock, const struct timespec* until) {
  return pthread_rwlock_clockrdlock(lock, CLOCK_REALTIME, until);
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) {
  const sched::Guard guard(sched::State::threads);
  return lock_of(lock).try_read() ? 0 : EBUSY;
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) { return write(lock, kNever); }

int pthread_rwlock_clockwrlock(pthread_rwlock_t* lock, clockid_t clock, const struct timespec* until) {
  return posix::valid(*until) ? write(lock, posix::instant(clock, *until)) : EINVAL;
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t* lock, const struct timespec* until) {
  return pthread_rwlock_clockwrlock(lock, CLOCK_REALTIME, until);
}

int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) {
  const sched::Guard guard(sched::State::threads);
  return lock_of(lock).try_write() ? 0 : EBUSY;
}

int pthread_rwlock_unlock(pthread_rwlock_t* lock) {
  const sched::Guard guard(sched::State::threads);
  if (!lock_of(lock).writing && !lock_of(lock).reading) return EPERM;
  lock_of(lock).unlock();
  return 0;
}

}  // extern "C"
