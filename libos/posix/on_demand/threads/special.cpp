// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A special mutex from its making to its end: who holds it, and what its holder's end leaves behind.

#include "posix/on_demand/threads/special.h"

#include <cerrno>
#include <cstdlib>
#include <new>

namespace wick::posix {

namespace {

using State = wick_special::State;

void give_up(wick_special& special) {
  (special.previous ? special.previous->next : self()->special) = special.next;
  if (special.next) special.next->previous = special.previous;
  if (special.robust && special.state == State::left_behind) special.state = State::not_recoverable;
}

void open(wick_special& special) {
  auto& mutex = mutex_of(&special.mutex);
  if (special.protocol) mutex.wake_all();
  mutex.unlock();
  if (special.protocol) protocol_rules->changed(&sched::current());
}

int locked(pthread_mutex_t& mutex) {
  const sched::Guard guard(sched::State::threads);
  wick_special& special = *mutex.special;
  if (mutex_of(&mutex).depth() > 1) return 0;
  if (special.state == State::not_recoverable || (special.protocol && !protocol_rules->may_hold(special))) {
    open(special);
    return special.state == State::not_recoverable ? ENOTRECOVERABLE : EINVAL;
  }
  wick_pthread& holder = *self();
  special.previous = nullptr;
  special.next = holder.special;
  if (special.next) special.next->previous = &special;
  holder.special = &special;
  if (special.protocol) protocol_rules->changed(&sched::current());
  return special.state == State::left_behind ? EOWNERDEAD : 0;
}

void unlock(pthread_mutex_t& mutex) {
  const sched::Guard guard(sched::State::threads);
  if (mutex_of(&mutex).depth() > 1) return mutex_of(&mutex).unlock();
  give_up(*mutex.special);
  open(*mutex.special);
}

bool wait(pthread_mutex_t& mutex, Nanoseconds deadline) {
  if (mutex.special->protocol) return protocol_rules->wait(*mutex.special, deadline);
  if (deadline != kNever) return mutex_of(&mutex).lock_until(deadline);
  mutex_of(&mutex).lock();
  return true;
}

/// One that isn't robust stays locked, and is nobody's.
void thread_ends(wick_pthread& thread) {
  const sched::Guard guard(sched::State::threads);
  while (wick_special* special = thread.special) {
    give_up(*special);
    special->state = State::left_behind;
    if (!special->robust) continue;
    while (mutex_of(&special->mutex).depth() > 1) mutex_of(&special->mutex).unlock();
    open(*special);
  }
}

void destroy(pthread_mutex_t& mutex) {
  std::free(mutex.special);
  mutex.special = nullptr;
}

int make(pthread_mutex_t& mutex, const pthread_mutexattr_t& attributes) {
  if (!attributes.robust && !attributes.protocol) return 0;
  void* room = std::malloc(sizeof(wick_special));
  if (!room) return ENOMEM;
  mutex.special = new (room)
      wick_special{mutex, attributes.robust == PTHREAD_MUTEX_ROBUST, static_cast<unsigned char>(attributes.protocol),
                   static_cast<unsigned char>(attributes.ceiling)};
  return 0;
}

}  // namespace

constinit const MutexRules kSpecialRules{make, destroy, wait, locked, unlock, thread_ends};

}  // namespace wick::posix
