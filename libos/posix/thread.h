// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What POSIX keeps of a thread beside the scheduler's: its result for whoever joins, its name, its signals. In one
// list, so that a signal to the program finds a thread that takes it. libos's own threads have none of it.

#include <pthread.h>
#include <signal.h>

#include "sched/thread.h"

struct wick_special;

struct wick_pthread {
  constexpr explicit wick_pthread(wick::sched::Thread* scheduled = nullptr) : scheduled(scheduled) {}

  wick::sched::Thread* scheduled;  ///< null once it has ended
  void* (*start)(void*) = nullptr;
  void* argument = nullptr;
  void* result = nullptr;
  bool ended = false;
  bool detached = false;
  bool joined = false;
  wick::sched::WaitQueue joiners;
  char name[16] = {};
  sigset_t blocked = 0;
  stack_t alternate{nullptr, SS_DISABLE, 0};
  wick_cleanup* cleanups = nullptr;  ///< innermost first
  bool cancelled = false;            ///< somebody wants it to end
  bool may_be_cancelled = true;
  bool cancelled_anywhere = false;  ///< PTHREAD_CANCEL_ASYNCHRONOUS
  wick_special* special = nullptr;  ///< mutexes with rules of their own that it holds
  wick_pthread* next = nullptr;     ///< the first thread is the list's first for good
  wick_pthread* previous = nullptr;
};

namespace wick::posix {

/// In libos's own threads, where a program's callbacks may run, the first.
wick_pthread* self();
wick_pthread& first_thread();

/// How mutexes are that are robust or have a protocol; set by who is linked.
struct MutexRules {
  int (*make)(pthread_mutex_t&, const pthread_mutexattr_t&);
  void (*destroy)(pthread_mutex_t&);
  /// @return false when the deadline passed first
  bool (*wait)(pthread_mutex_t&, Nanoseconds deadline);
  int (*locked)(pthread_mutex_t&);  ///< a lock that has come may still be refused
  void (*unlock)(pthread_mutex_t&);
  void (*thread_ends)(wick_pthread&);
};
inline constinit const MutexRules* mutex_rules = nullptr;

}  // namespace wick::posix

extern "C" {

/// Weak: the part of signals forgets what was for this thread alone.
[[gnu::weak]] void wick_signals_thread_ends(const wick_pthread* thread);
/// Weak: sets the calling thread's mask without letting anything in. @return the mask before
[[gnu::weak]] sigset_t wick_swap_signal_mask(sigset_t mask);

}  // extern "C"

namespace wick::posix {

/// Another mask for as long as one call waits. Without the part of signals there is nothing to block.
class MaskMeanwhile {
 public:
  explicit MaskMeanwhile(const sigset_t* mask) : set_(mask && wick_swap_signal_mask) {
    if (set_) before_ = wick_swap_signal_mask(*mask);
  }
  MaskMeanwhile(const MaskMeanwhile&) = delete;
  MaskMeanwhile& operator=(const MaskMeanwhile&) = delete;
  ~MaskMeanwhile() {
    if (set_) (void)wick_swap_signal_mask(before_);
  }

 private:
  bool set_;
  sigset_t before_ = 0;
};

}  // namespace wick::posix
