// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// epoll_wait() with a deadline, for those that are made of it.

#include <sys/epoll.h>

#include "abi/types.h"

namespace wick::posix {

/// As epoll_wait(). @param deadline 0: don't wait
int epoll_wait_until(int epoll, epoll_event* events, int capacity, Nanoseconds deadline);

}  // namespace wick::posix
