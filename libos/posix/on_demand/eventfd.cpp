// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <sys/eventfd.h>: a counter that a write adds to and a read takes.

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "posix/on_demand/anonymous.h"
#include "posix/result.h"
#include "sched/thread.h"

using namespace wick;

namespace {

constexpr std::uint64_t kMax = ~0ull - 1;

class EventCounter final : public posix::Anonymous {
 public:
  EventCounter(std::uint64_t start, bool semaphore) : value_(start), semaphore_(semaphore) {}

  fs::Outcome read(void* to, std::size_t bytes) override {
    if (bytes < sizeof(value_)) return -EINVAL;
    while (value_ == 0) {
      if (flags & O_NONBLOCK) return -EAGAIN;
      if (changed_.wait_for_call() == sched::Woken::by_interruption) return fs::kInterrupted;
    }
    const std::uint64_t taken = semaphore_ ? 1 : value_;
    value_ -= taken;
    std::memcpy(to, &taken, sizeof(taken));
    changed_.wake_all();
    tell(POLLOUT);
    return sizeof(taken);
  }

  fs::Outcome write(const void* from, std::size_t bytes) override {
    std::uint64_t added;
    if (bytes < sizeof(added)) return -EINVAL;
    std::memcpy(&added, from, sizeof(added));
    if (added > kMax) return -EINVAL;
    while (added > kMax - value_) {
      if (flags & O_NONBLOCK) return -EAGAIN;
      if (changed_.wait_for_call() == sched::Woken::by_interruption) return fs::kInterrupted;
    }
    value_ += added;
    changed_.wake_all();
    tell(POLLIN);
    return sizeof(added);
  }

  short poll() override { return static_cast<short>((value_ > 0 ? POLLIN : 0) | (value_ < kMax ? POLLOUT : 0)); }

  void destroy() override { std::free(this); }

 private:
  std::uint64_t value_;
  bool semaphore_;
  sched::WaitQueue changed_;
};

}  // namespace

extern "C" {

int eventfd(unsigned start, int flags) {
  if (flags & ~(EFD_SEMAPHORE | EFD_NONBLOCK | EFD_CLOEXEC)) return posix::int_result(-EINVAL);
  return posix::make_anonymous<EventCounter>(flags, start, (flags & EFD_SEMAPHORE) != 0);
}

int eventfd_read(int descriptor, eventfd_t* value) {
  return read(descriptor, value, sizeof(*value)) == sizeof(*value) ? 0 : -1;
}

int eventfd_write(int descriptor, eventfd_t value) {
  return write(descriptor, &value, sizeof(value)) == sizeof(value) ? 0 : -1;
}

}  // extern "C"
