// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Robust mutexes: one whose holder has ended says so to the next, who mends what it guards, or nobody has it any more.

#include <cerrno>

#include "posix/on_demand/threads/special.h"

using namespace wick;
using State = wick_special::State;

extern "C" {

int pthread_mutexattr_setrobust(pthread_mutexattr_t* attributes, int robust) {
  if (robust != PTHREAD_MUTEX_STALLED && robust != PTHREAD_MUTEX_ROBUST) return EINVAL;
  attributes->robust = robust;
  posix::mutex_rules = &posix::kSpecialRules;
  return 0;
}
int pthread_mutexattr_getrobust(const pthread_mutexattr_t* attributes, int* robust) {
  *robust = attributes->robust;
  return 0;
}

int pthread_mutex_consistent(pthread_mutex_t* mutex) {
  const wick_special* const special = mutex->special;
  if (!special || !special->robust || !posix::mutex_of(mutex).mine() || special->state != State::left_behind)
    return EINVAL;
  mutex->special->state = State::sound;
  return 0;
}

}  // extern "C"
