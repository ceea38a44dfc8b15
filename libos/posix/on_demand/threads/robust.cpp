// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Robust mutexes: one whose holder has ended says so to the next, who mends what it guards, or nobody has it any more.

#include <cerrno>
#include <cstdlib>
#include <new>

#include "posix/pthread_mutex.h"
#include "posix/thread.h"

using namespace wick;
using posix::mutex_of;

struct wick_robust {
  enum class State : unsigned char { sound, left_behind, not_recoverable };
  pthread_mutex_t& mutex;
  State state = State::sound;
  wick_robust* next = nullptr;  ///< of those that its holder holds
  wick_robust* previous = nullptr;
};

namespace {

using State = wick_robust::State;

int locked(pthread_mutex_t& mutex) {
  wick_robust& robust = *mutex.robust;
  if (robust.state == State::not_recoverable) {
    mutex_of(&mutex).unlock();
    return ENOTRECOVERABLE;
  }
  if (mutex_of(&mutex).depth() > 1) return 0;
  wick_pthread& holder = *posix::self();
  robust.previous = nullptr;
  robust.next = holder.robust;
  if (robust.next) robust.next->previous = &robust;
  holder.robust = &robust;
  return robust.state == State::left_behind ? EOWNERDEAD : 0;
}

void unlocking(pthread_mutex_t& mutex) {
  wick_robust& robust = *mutex.robust;
  if (mutex_of(&mutex).depth() > 1) return;
  (robust.previous ? robust.previous->next : posix::self()->robust) = robust.next;
  if (robust.next) robust.next->previous = robust.previous;
  if (robust.state == State::left_behind) robust.state = State::not_recoverable;
}

void thread_ends(wick_pthread& thread) {
  while (wick_robust* robust = thread.robust) {
    while (mutex_of(&robust->mutex).depth() > 1) mutex_of(&robust->mutex).unlock();
    unlocking(robust->mutex);
    robust->state = State::left_behind;
    mutex_of(&robust->mutex).unlock();
  }
}

void destroy(pthread_mutex_t& mutex) {
  std::free(mutex.robust);
  mutex.robust = nullptr;
}

int make(pthread_mutex_t& mutex) {
  void* room = std::malloc(sizeof(wick_robust));
  if (!room) return ENOMEM;
  mutex.robust = new (room) wick_robust{mutex};
  return 0;
}

constexpr posix::RobustRules kRules{locked, unlocking, thread_ends, destroy, make};

}  // namespace

extern "C" {

int pthread_mutexattr_setrobust(pthread_mutexattr_t* attributes, int robust) {
  if (robust != PTHREAD_MUTEX_STALLED && robust != PTHREAD_MUTEX_ROBUST) return EINVAL;
  attributes->robust = robust;
  posix::robust_rules = &kRules;
  return 0;
}
int pthread_mutexattr_getrobust(const pthread_mutexattr_t* attributes, int* robust) {
  *robust = attributes->robust;
  return 0;
}

int pthread_mutex_consistent(pthread_mutex_t* mutex) {
  if (!mutex->robust || !mutex_of(mutex).mine() || mutex->robust->state != State::left_behind) return EINVAL;
  mutex->robust->state = State::sound;
  return 0;
}

}  // extern "C"
