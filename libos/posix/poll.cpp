// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// poll() over files of every kind: asks each what is ready; when nothing is, waits in the queues that they name.

#include "posix/poll.h"

#include <cstdlib>
#include <new>

#include "posix/deadline.h"
#include "posix/interruption.h"
#include "posix/result.h"
#include "posix/thread.h"

using namespace wick;

namespace {

constexpr short kAlways = POLLERR | POLLHUP | POLLNVAL;  // reported without being asked for

/// The queues that one call waits in; a file may name two (one to read, one to write).
class Waiters final : public fs::PollSet {
 public:
  Waiters(sched::Waiter* room, unsigned capacity) : room_(room), capacity_(capacity) {}
  ~Waiters() {
    while (used_ > 0) {
      sched::Waiter& waiter = room_[--used_];
      if (waiter.queue) waiter.queue->remove(waiter);
    }
  }

  void watch(sched::WaitQueue& queue) override {
    if (used_ == capacity_) return;
    sched::Waiter* waiter = new (&room_[used_++]) sched::Waiter;
    queue.add(*waiter);
  }

 private:
  sched::Waiter* room_;
  unsigned capacity_;
  unsigned used_ = 0;
};

int ask(pollfd* fds, nfds_t count, fs::FileReference* files, fs::PollSet* set) {
  int ready = 0;
  for (nfds_t i = 0; i < count; i++) {
    fds[i].revents = 0;
    if (fds[i].fd < 0) continue;
    const short state = files[i] ? files[i]->poll(ready == 0 ? set : nullptr) : static_cast<short>(POLLNVAL);
    fds[i].revents = static_cast<short>(state & (fds[i].events | kAlways));
    ready += fds[i].revents != 0;
  }
  return ready;
}

int wait_for_any(pollfd* fds, nfds_t count, fs::FileReference* files, sched::Waiter* room, Nanoseconds deadline) {
  if (raw(deadline) == 0) sched::yield();  // a program that only polls must let the world go on
  for (bool late = raw(deadline) == 0;;) {
    Waiters set(room, static_cast<unsigned>(2 * count));
    const int ready = ask(fds, count, files, late ? nullptr : &set);
    if (ready > 0 || late) return ready;
    if (sched::interrupted()) return fs::kInterrupted;
    late = !sched::block_until(deadline);
  }
}

}  // namespace

namespace wick::posix {

int poll_until(pollfd* fds, nfds_t count, Nanoseconds deadline) {
  constexpr nfds_t kOnStack = 8;
  if (count > static_cast<nfds_t>(fs::kMaxDescriptors)) {
    errno = EINVAL;
    return -1;
  }
  fs::FileReference few[kOnStack];
  sched::Waiter few_waiters[2 * kOnStack];
  fs::FileReference* files = few;
  sched::Waiter* waiters = few_waiters;
  void* room = nullptr;
  if (count > kOnStack) {
    room = std::malloc(count * (sizeof(fs::FileReference) + 2 * sizeof(sched::Waiter)));
    if (!room) {
      errno = ENOMEM;
      return -1;
    }
    waiters = static_cast<sched::Waiter*>(room);
    files = reinterpret_cast<fs::FileReference*>(waiters + 2 * count);
    for (nfds_t i = 0; i < count; i++) new (&files[i]) fs::FileReference;
  }
  for (nfds_t i = 0; i < count; i++) files[i] = fs::lookup(fds[i].fd);
  int ready;
  while ((ready = wait_for_any(fds, count, files, waiters, deadline)) == fs::kInterrupted) {
    if (!let_in(Restart::never)) continue;
    ready = -1;
    break;
  }
  if (room) {
    for (nfds_t i = 0; i < count; i++) files[i].~FileReference();
    std::free(room);
  }
  if (ready < 0) errno = EINTR;
  return ready;
}

}  // namespace wick::posix

extern "C" {

int poll(struct pollfd* fds, nfds_t count, int milliseconds) {
  Nanoseconds deadline{0};
  if (milliseconds < 0) deadline = kNever;
  if (milliseconds > 0) deadline = time::deadline(time::milliseconds(static_cast<std::uint64_t>(milliseconds)));
  return posix::poll_until(fds, count, deadline);
}

int ppoll(struct pollfd* fds, nfds_t count, const struct timespec* timeout, const sigset_t* mask) {
  if (timeout && (!posix::valid(*timeout) || timeout->tv_sec < 0)) {
    errno = EINVAL;
    return -1;
  }
  const posix::MaskMeanwhile meanwhile(mask);
  const Nanoseconds after = timeout ? posix::to_nanoseconds(*timeout) : kNever;
  return posix::poll_until(fds, count, raw(after) ? time::deadline(after) : after);
}

}  // extern "C"
