// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a program needs that has a second thread: the end of its time slices.

namespace wick::sched {

/// Before a second thread is made.
void allow_preemption();

}  // namespace wick::sched
