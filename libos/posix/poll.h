// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// poll() with a deadline, for those that are made of it.

#include <poll.h>

#include "abi/types.h"

namespace wick::posix {

/// As poll(). @param deadline 0: don't wait
int poll_until(pollfd* fds, nfds_t count, Nanoseconds deadline);

}  // namespace wick::posix
