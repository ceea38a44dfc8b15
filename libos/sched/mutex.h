// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The mutex that the ones of POSIX and of picolibc are made of: recursive, with an owner. A woken waiter competes with
// whoever comes first. Taken outside of guards: a free one by an exchange of its owner, all else within a guard here,
// so that one which is given back may be gone the moment that another thread has it.

#include "sched/lock.h"
#include "sched/lock_trace.h"

namespace wick::sched {

class RecursiveMutex {
 public:
  constexpr RecursiveMutex() = default;

  void lock() {
    if (!take()) wait();
  }

  /// Taken when nobody has it: less work than lock().
  bool take_free() {
    Thread* nobody = nullptr;
    if (!__atomic_compare_exchange_n(&owner_, &nobody, &current(), false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      return false;
    depth_ = 1;
    return true;
  }

  bool try_lock() { return take(); }

  /// @return false when the deadline passed first
  bool lock_until(Nanoseconds deadline) { return take() || wait(deadline); }

  void unlock() {
    const Guard guard(State::threads);
    if (--depth_ > 0) return;
    __atomic_store_n(&owner_, nullptr, __ATOMIC_RELEASE);
    if (!waiters_.empty()) [[unlikely]]
      waiters_.wake_one();
  }

  /// All who wait compete, so that the most urgent one gets it.
  void wake_all() { waiters_.wake_all(); }

  Thread* holder() const { return owner_; }
  bool locked() const { return owner_; }
  bool mine() const { return owner_ == &current(); }
  unsigned depth() const { return depth_; }

 private:
  bool take() {
    if (owner_ != &current()) return take_free();
    depth_++;
    return true;
  }

  [[gnu::noinline]] void wait() {
    LockWait told;
    const Guard guard(State::threads);
    while (!take()) {
      told.begins(this, owner_);
      waiters_.wait_for_lock();
    }
  }

  [[gnu::noinline]] bool wait(Nanoseconds deadline) {
    LockWait told;
    const Guard guard(State::threads);
    while (!take()) {
      told.begins(this, owner_);
      if (!waiters_.wait_until(deadline)) return take();
    }
    return true;
  }

  Thread* owner_ = nullptr;
  unsigned depth_ = 0;
  WaitQueue waiters_;
};

}  // namespace wick::sched
