// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `--trace` tells of locks: who waited for one, for how long, and who had it. Only a thread that waits looks
// whether anybody wants to know, so a free lock costs nothing.

#include "sched/thread.h"

namespace wick::sched {

/// A wait for one lock, told of at its end, for which the caller is in no guard.
class LockWait {
 public:
  LockWait() = default;
  LockWait(const LockWait&) = delete;
  LockWait& operator=(const LockWait&) = delete;
  ~LockWait() {
    if (lock_) tell();
  }

  /// Of several the first counts. Called within a guard.
  void begins(const void* lock, const Thread* holder) {
    if (!lock_ && wanted()) begin(lock, holder);
  }

 private:
  static bool wanted();
  void begin(const void* lock, const Thread* holder);
  void tell() const;

  const void* lock_ = nullptr;
  Nanoseconds since_{};
  char holder_[16];  ///< its name: it may be gone by then
};

}  // namespace wick::sched
