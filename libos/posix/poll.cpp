// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// poll() over files of every kind: asks each what is ready; when nothing is, waits until one of them tells its watchers
// of a change.

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

/// One call, which sleeps until a file that it watches says something.
struct Call {
  sched::WaitQueue queue;
  bool told = false;
};

class Entry final : public fs::Watcher {
 public:
  Entry() : Watcher(nullptr) {}
  ~Entry() {
    if (watched_) file_->unwatch(*this);
  }

  /// @return what is ready; the file is watched from now on when `call` is somebody
  short ask(Call* call) {
    if (!file_) return POLLNVAL;
    if (call && !watched_) {
      call_ = call;
      watched_ = true;
      file_->watch(*this);
    }
    return file_->readiness();
  }
  void use(fs::FileReference file) { file_ = static_cast<fs::FileReference&&>(file); }

  void changed(short) override {
    call_->told = true;
    call_->queue.wake_all();
  }
  void gone() override {}  // never, as it refers to the file

 private:
  fs::FileReference file_;
  Call* call_ = nullptr;
  bool watched_ = false;
};

int ask(pollfd* fds, nfds_t count, Entry* entries, Call* call) {
  int ready = 0;
  for (nfds_t i = 0; i < count; i++) {
    fds[i].revents = 0;
    if (fds[i].fd < 0) continue;
    const short state = entries[i].ask(ready == 0 ? call : nullptr);
    fds[i].revents = static_cast<short>(state & (fds[i].events | kAlways));
    ready += fds[i].revents != 0;
  }
  return ready;
}

int wait_for_any(pollfd* fds, nfds_t count, Entry* entries, Nanoseconds deadline) {
  if (raw(deadline) == 0) sched::yield();  // a program that only polls must let the world go on
  Call call;
  for (bool late = raw(deadline) == 0;;) {
    call.told = false;
    const int ready = ask(fds, count, entries, late ? nullptr : &call);
    if (ready > 0 || late) return ready;
    if (call.told) continue;
    const sched::Woken woken = call.queue.wait_for_call(deadline);
    if (woken == sched::Woken::by_interruption) return fs::kInterrupted;
    late = woken == sched::Woken::by_deadline;
  }
}

/// @return as poll(), or a negative errno
int poll_once(pollfd* fds, nfds_t count, Nanoseconds deadline) {
  constexpr nfds_t kOnStack = 8;
  const sched::Guard guard(sched::State::files);
  if (count > static_cast<nfds_t>(fs::kMaxDescriptors)) return -EINVAL;
  Entry few[kOnStack];
  Entry* entries = few;
  if (count > kOnStack) {
    entries = static_cast<Entry*>(std::malloc(count * sizeof(Entry)));
    if (!entries) return -ENOMEM;
    for (nfds_t i = 0; i < count; i++) new (&entries[i]) Entry;
  }
  for (nfds_t i = 0; i < count; i++) entries[i].use(fs::lookup(fds[i].fd));
  const int ready = wait_for_any(fds, count, entries, deadline);
  if (entries != few) {
    for (nfds_t i = 0; i < count; i++) entries[i].~Entry();
    std::free(entries);
  }
  return ready;
}

}  // namespace

int posix::poll_until(pollfd* fds, nfds_t count, Nanoseconds deadline) {
  for (;;) {
    const int ready = poll_once(fds, count, deadline);
    const bool ends = let_in(Restart::never);
    if (ready != fs::kInterrupted) return int_result(ready);
    if (ends) return int_result(-EINTR);
  }
}

extern "C" {

int poll(struct pollfd* fds, nfds_t count, int milliseconds) {
  return posix::poll_until(fds, count, posix::deadline_in(milliseconds));
}

int ppoll(struct pollfd* fds, nfds_t count, const struct timespec* timeout, const sigset_t* mask) {
  if (timeout && (!posix::valid(*timeout) || timeout->tv_sec < 0)) return posix::int_result(-EINVAL);
  const posix::MaskMeanwhile meanwhile(mask);
  const Nanoseconds after = timeout ? posix::to_nanoseconds(*timeout) : kNever;
  return posix::poll_until(fds, count, raw(after) ? time::deadline(after) : after);
}

}  // extern "C"
