// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Signals that are blocked and wait, for those that take them without a handler.

#include <signal.h>

namespace wick::posix {

sigset_t pending_signals();

/// Takes the first one of `mask` that waits. @return false: none does
[[nodiscard]] bool take_pending(sigset_t mask, siginfo_t& to);

/// Called whenever a signal begins to wait, when it isn't null.
extern void (*signal_waits)();

}  // namespace wick::posix
