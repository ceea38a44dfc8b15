// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// select(), made of poll().

#include <sys/select.h>
#include <sys/time.h>

#include <cstdlib>

#include "posix/deadline.h"
#include "posix/poll.h"
#include "posix/result.h"
#include "posix/thread.h"

using namespace wick;

namespace {

bool has(int descriptor, const fd_set* set) { return set && FD_ISSET(descriptor, set); }

int select_until(int count, fd_set* readable, fd_set* writable, fd_set* exceptional, Nanoseconds deadline) {
  if (count < 0 || count > FD_SETSIZE) {
    return posix::int_result(-EINVAL);
  }
  pollfd list[FD_SETSIZE];
  nfds_t used = 0;
  for (int descriptor = 0; descriptor < count; descriptor++) {
    short events = 0;
    if (has(descriptor, readable)) events |= POLLIN;
    if (has(descriptor, writable)) events |= POLLOUT;
    if (has(descriptor, exceptional)) events |= POLLPRI;
    if (events) list[used++] = {descriptor, events, 0};
  }
  if (posix::poll_until(list, used, deadline) < 0) return -1;
  for (nfds_t i = 0; i < used; i++) {
    if (list[i].revents & POLLNVAL) return posix::int_result(-EBADF);
  }
  for (fd_set* set : {readable, writable, exceptional}) {
    if (set) FD_ZERO(set);
  }
  int bits = 0;
  const auto mark = [&](fd_set* set, const pollfd& entry, short asked, short events) {
    if (!set || !(entry.events & asked) || !(entry.revents & events)) return;
    FD_SET(entry.fd, set);
    bits++;
  };
  for (nfds_t i = 0; i < used; i++) {
    mark(readable, list[i], POLLIN, POLLIN | POLLHUP | POLLERR);
    mark(writable, list[i], POLLOUT, POLLOUT | POLLERR);
    mark(exceptional, list[i], POLLPRI, POLLPRI);
  }
  return bits;
}

/// A relative time as poll_until() wants it.
Nanoseconds deadline_of(Nanoseconds after) { return raw(after) ? time::deadline(after) : after; }

}  // namespace

extern "C" {

int select(int count, fd_set* readable, fd_set* writable, fd_set* exceptional, struct timeval* timeout) {
  if (!timeout) return select_until(count, readable, writable, exceptional, kNever);
  if (!posix::valid(*timeout) || timeout->tv_sec < 0) return posix::int_result(-EINVAL);
  return select_until(count, readable, writable, exceptional, deadline_of(posix::to_nanoseconds(*timeout)));
}

int pselect(int count, fd_set* readable, fd_set* writable, fd_set* exceptional, const struct timespec* timeout,
            const sigset_t* mask) {
  const posix::MaskMeanwhile meanwhile(mask);
  if (!timeout) return select_until(count, readable, writable, exceptional, kNever);
  if (!posix::valid(*timeout) || timeout->tv_sec < 0) return posix::int_result(-EINVAL);
  return select_until(count, readable, writable, exceptional, deadline_of(posix::to_nanoseconds(*timeout)));
}

}  // extern "C"
