// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The scheduler's objects inside of pthread's opaque ones, which start as zeroes.

#include <pthread.h>

#include "posix/thread.h"
#include "sched/mutex.h"
#include "trace/log.h"

namespace wick::posix {

template <typename Inner, typename Outer>
Inner& inside(Outer& words) {
  static_assert(sizeof(Inner) <= sizeof(Outer) && alignof(Inner) <= alignof(Outer));
  return reinterpret_cast<Inner&>(words);
}

inline sched::RecursiveMutex& mutex_of(pthread_mutex_t* mutex) { return inside<sched::RecursiveMutex>(mutex->words); }

inline bool is_special(const pthread_mutex_t& mutex) { return mutex_rules && mutex.special; }

/// By its holder.
inline void give_back(pthread_mutex_t& mutex) {
  is_special(mutex) ? mutex_rules->unlock(mutex) : mutex_of(&mutex).unlock();
}

}  // namespace wick::posix
