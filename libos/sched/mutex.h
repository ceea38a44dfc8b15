// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The mutex that the ones of POSIX and of picolibc are made of: recursive, with an owner. A woken waiter competes with
// whoever comes first. Its own state is guarded here: it is taken outside of guards.

#include "sched/lock.h"

namespace wick::sched {

class RecursiveMutex {
 public:
  constexpr RecursiveMutex() = default;

  void lock() {
    const Guard guard(State::threads);
    while (!take()) waiters_.wait_for_lock();
  }

  bool try_lock() {
    const Guard guard(State::threads);
    return take();
  }

  /// @return false when the deadline passed first
  bool lock_until(Nanoseconds deadline) {
    const Guard guard(State::threads);
    return take() || wait(deadline);
  }

  void unlock() {
    const Guard guard(State::threads);
    if (--depth_ > 0) return;
    owner_ = nullptr;
    if (!waiters_.empty()) waiters_.wake_one();
  }

  bool locked() const { return owner_; }
  bool mine() const { return owner_ == &current(); }
  unsigned depth() const { return depth_; }

 private:
  bool take() {
    Thread* self = &current();
    if (owner_ == self) {
      depth_++;
      return true;
    }
    if (owner_) return false;
    owner_ = self;
    depth_ = 1;
    return true;
  }

  bool wait(Nanoseconds deadline) {
    do {
      if (!waiters_.wait_until(deadline)) return take();
    } while (!take());
    return true;
  }

  Thread* owner_ = nullptr;
  unsigned depth_ = 0;
  WaitQueue waiters_;
};

}  // namespace wick::sched
