// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The mutex that the ones of POSIX and of picolibc are made of: recursive, with an owner. A woken waiter competes with
// whoever comes first, as cooperative threads rarely meet at all.

#include "sched/thread.h"

namespace wick::sched {

class RecursiveMutex {
 public:
  constexpr RecursiveMutex() = default;

  void lock() {
    while (!try_lock()) waiters_.wait_for_lock();
  }

  bool try_lock() {
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

  /// @return false when the deadline passed first
  bool lock_until(Nanoseconds deadline) { return try_lock() || wait(deadline); }

  void unlock() {
    if (--depth_ > 0) return;
    owner_ = nullptr;
    if (!waiters_.empty()) waiters_.wake_one();
  }

  bool locked() const { return owner_; }
  bool mine() const { return owner_ == &current(); }
  unsigned depth() const { return depth_; }

 private:
  bool wait(Nanoseconds deadline) {
    do {
      if (!waiters_.wait_until(deadline)) return try_lock();
    } while (!try_lock());
    return true;
  }

  Thread* owner_ = nullptr;
  unsigned depth_ = 0;
  WaitQueue waiters_;
};

}  // namespace wick::sched
