// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <sys/epoll.h>, for who calls it.

#include <climits>

#include "posix/deadline.h"
#include "posix/on_demand/epoll_set.h"
#include "posix/on_demand/epoll_wait.h"
#include "posix/result.h"

using namespace wick;
using posix::EpollSet;

namespace {

fs::Outcome control(fs::FileOperations& epoll, int operation, int descriptor, const epoll_event* event) {
  const fs::FileReference file = fs::lookup(descriptor);
  if (!file) return -EBADF;
  EpollSet* set = posix::epoll_set(epoll);
  if (!set) return -EINVAL;
  if (operation != EPOLL_CTL_DEL && !event) return -EFAULT;
  switch (operation) {
    case EPOLL_CTL_ADD:
      return set->add(*file, descriptor, *event);
    case EPOLL_CTL_MOD:
      return set->modify(*file, descriptor, *event);
    case EPOLL_CTL_DEL:
      return set->remove(*file, descriptor);
    default:
      return -EINVAL;
  }
}

}  // namespace

namespace wick::posix {

int epoll_wait_until(int epoll, epoll_event* events, int capacity, Nanoseconds deadline) {
  return static_cast<int>(on_file(epoll, [=](fs::FileOperations& file) -> fs::Outcome {
    EpollSet* set = epoll_set(file);
    if (!set || capacity <= 0 || capacity > INT_MAX / static_cast<int>(sizeof(epoll_event))) return -EINVAL;
    return set->wait(events, capacity, deadline);
  }));
}

}  // namespace wick::posix

extern "C" {

int epoll_create1(int flags) {
  if (flags & ~EPOLL_CLOEXEC) return posix::int_result(-EINVAL);
  return posix::make_anonymous<EpollSet>(flags);
}

int epoll_create(int size) { return size > 0 ? epoll_create1(0) : posix::int_result(-EINVAL); }

int epoll_ctl(int epoll, int operation, int descriptor, struct epoll_event* event) {
  return static_cast<int>(
      posix::on_file(epoll, [=](auto& file) { return control(file, operation, descriptor, event); }));
}

int epoll_wait(int epoll, struct epoll_event* events, int capacity, int milliseconds) {
  return posix::epoll_wait_until(epoll, events, capacity, posix::deadline_in(milliseconds));
}

}  // extern "C"
