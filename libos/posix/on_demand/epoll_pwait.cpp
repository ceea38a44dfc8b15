// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// epoll_pwait(): with other signals blocked while it waits.

#include <signal.h>

#include "posix/deadline.h"
#include "posix/on_demand/epoll_wait.h"
#include "posix/result.h"
#include "posix/thread.h"

using namespace wick;

namespace {

int wait_masked(int epoll, epoll_event* events, int capacity, Nanoseconds deadline, const sigset_t* mask) {
  const posix::MaskMeanwhile meanwhile(mask);
  return posix::epoll_wait_until(epoll, events, capacity, deadline);
}

}  // namespace

extern "C" {

int epoll_pwait(int epoll, struct epoll_event* events, int capacity, int milliseconds, const sigset_t* mask) {
  return wait_masked(epoll, events, capacity, posix::deadline_in(milliseconds), mask);
}

int epoll_pwait2(int epoll, struct epoll_event* events, int capacity, const struct timespec* timeout,
                 const sigset_t* mask) {
  if (!timeout) return wait_masked(epoll, events, capacity, kNever, mask);
  if (!posix::valid(*timeout) || timeout->tv_sec < 0) return posix::int_result(-EINVAL);
  const Nanoseconds after = posix::to_nanoseconds(*timeout);
  return wait_masked(epoll, events, capacity, raw(after) ? time::deadline(after) : after, mask);
}

}  // extern "C"
