// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// libos's guards in programs of the host: nothing interrupts one there, so that no wish is ever pending.

#include "sched/lock.h"

namespace wick::sched {

void take_wish() { __builtin_trap(); }

}  // namespace wick::sched
