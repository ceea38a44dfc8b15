// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Protocols of mutexes: who holds one that others wait for is as urgent as the most urgent of them, along a chain of
// holders that wait themselves (PTHREAD_PRIO_INHERIT), or as urgent as the mutex says (PTHREAD_PRIO_PROTECT).

#include <cerrno>

#include "posix/on_demand/threads/special.h"
#include "sched/schedule.h"

using namespace wick;
using posix::mutex_of;

namespace {

/// A thread that waits for such a mutex, on its stack.
struct Waiting {
  sched::Thread& thread;
  wick_special& special;
  Waiting* next;
};
constinit Waiting* all_waiting = nullptr;

/// @return nullptr: nobody, as its holder has ended
sched::Thread* holder_of(const wick_special& special) {
  const bool orphaned = !special.robust && special.state == wick_special::State::left_behind;
  return orphaned ? nullptr : mutex_of(&special.mutex).holder();
}

const wick_special* held_by(const sched::Thread& thread) {
  for (const auto* one = &posix::first_thread(); one; one = one->next)
    if (one->scheduled == &thread) return one->special;
  return nullptr;
}

std::uint8_t urgency_of(const sched::Thread& thread) {
  std::uint8_t most = 0;
  const auto count = [&](std::uint8_t priority) { most = priority > most ? priority : most; };
  for (const auto* special = held_by(thread); special; special = special->next)
    if (special->protocol == PTHREAD_PRIO_PROTECT) count(special->ceiling);
  for (const auto* one = all_waiting; one; one = one->next)
    if (one->special.protocol == PTHREAD_PRIO_INHERIT && holder_of(one->special) == &thread)
      count(one->thread.priority);
  return most;
}

/// Along the chain, as far as something changes: threads that wait for each other keep what they have.
void changed(sched::Thread* thread) {
  while (thread) {
    const auto before = thread->priority;
    if (const auto most = urgency_of(*thread); most != thread->boost) sched::boost(*thread, most);
    const auto* waiting = all_waiting;
    while (waiting && &waiting->thread != thread) waiting = waiting->next;
    thread = waiting && thread->priority != before ? holder_of(waiting->special) : nullptr;
  }
}

/// The priority of its own has been set.
void set(sched::Thread& thread) {
  for (const auto* one = all_waiting; one; one = one->next)
    if (&one->thread == &thread) changed(holder_of(one->special));
}

bool may_hold(const wick_special& special) {
  return special.protocol != PTHREAD_PRIO_PROTECT || sched::schedule(sched::current()).priority <= special.ceiling;
}

bool wait(wick_special& special, Nanoseconds deadline) {
  const sched::Guard guard(sched::State::threads);
  auto& mutex = mutex_of(&special.mutex);
  if (mutex.mine()) return mutex.try_lock();
  Waiting own{sched::current(), special, all_waiting};
  all_waiting = &own;
  changed(holder_of(special));
  bool in_time = true;
  if (deadline == kNever)
    mutex.lock();
  else
    in_time = mutex.lock_until(deadline);
  Waiting** link = &all_waiting;
  while (*link != &own) link = &(*link)->next;
  *link = own.next;
  changed(in_time ? &own.thread : holder_of(special));
  return in_time;
}

constexpr posix::ProtocolRules kRules{may_hold, changed, set, wait};

bool is_priority(int value) { return value >= 1 && value <= static_cast<int>(sched::kMaxPriority); }
bool has_ceiling(const pthread_mutex_t& mutex) {
  return mutex.special && mutex.special->protocol == PTHREAD_PRIO_PROTECT;
}

}  // namespace

extern "C" {

int pthread_mutexattr_setprotocol(pthread_mutexattr_t* attributes, int protocol) {
  if (protocol < PTHREAD_PRIO_NONE || protocol > PTHREAD_PRIO_PROTECT) return EINVAL;
  attributes->protocol = protocol;
  posix::mutex_rules = &posix::kSpecialRules;
  posix::protocol_rules = &kRules;
  return 0;
}
int pthread_mutexattr_getprotocol(const pthread_mutexattr_t* attributes, int* protocol) {
  *protocol = attributes->protocol;
  return 0;
}

int pthread_mutexattr_setprioceiling(pthread_mutexattr_t* attributes, int ceiling) {
  if (!is_priority(ceiling)) return EINVAL;
  attributes->ceiling = ceiling;
  return 0;
}
int pthread_mutexattr_getprioceiling(const pthread_mutexattr_t* attributes, int* ceiling) {
  *ceiling = attributes->ceiling;
  return 0;
}

/// Nobody holds it meanwhile, but for the caller; that one need not keep to the ceiling for this.
int pthread_mutex_setprioceiling(pthread_mutex_t* mutex, int ceiling, int* before) {
  if (!has_ceiling(*mutex) || !is_priority(ceiling)) return EINVAL;
  const sched::Guard guard(sched::State::threads);
  const bool held = mutex_of(mutex).mine();
  if (!held) (void)wait(*mutex->special, kNever);
  if (before) *before = mutex->special->ceiling;
  mutex->special->ceiling = static_cast<unsigned char>(ceiling);
  if (held) {
    changed(&sched::current());
  } else {
    mutex_of(mutex).wake_all();
    mutex_of(mutex).unlock();
  }
  return 0;
}
int pthread_mutex_getprioceiling(const pthread_mutex_t* mutex, int* ceiling) {
  if (!has_ceiling(*mutex)) return EINVAL;
  *ceiling = mutex->special->ceiling;
  return 0;
}

}  // extern "C"
