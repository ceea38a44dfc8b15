// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The scheduler's thread behind POSIX's.

#include <pthread.h>

#include "sched/schedule.h"

namespace wick::posix {

/// Asked within a guard of State::threads, as it may end at any time. @return nullptr: it has ended
sched::Thread* thread_of(pthread_t thread);

}  // namespace wick::posix
