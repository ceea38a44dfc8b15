// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What pthread_exit() does for parts of pthread that live in files of their own.

namespace wick::posix {

/// Calls the destructors of this thread's key values, up to PTHREAD_DESTRUCTOR_ITERATIONS times.
void run_key_destructors();

}  // namespace wick::posix
