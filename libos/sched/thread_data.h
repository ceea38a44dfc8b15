// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Work to do when a thread ends: destructors of thread_local objects and of pthread keys.

namespace wick::sched {

/// Runs the calling thread's destructors of thread_local objects, last registered first.
void run_thread_local_destructors();

}  // namespace wick::sched
