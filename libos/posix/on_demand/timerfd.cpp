// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// <sys/timerfd.h>: a timer of the scheduler whose expirations are counted until somebody reads them. A date is turned
// into an instant when it is set; TFD_TIMER_CANCEL_ON_SET is taken, and no step of the date cancels anything.

#include <sys/timerfd.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "posix/deadline.h"
#include "posix/on_demand/anonymous.h"
#include "posix/result.h"
#include "posix/rounds.h"
#include "sched/thread.h"

using namespace wick;

namespace {

class TimerFile final : public posix::Anonymous {
 public:
  explicit TimerFile(clockid_t clock) : clock_(clock) { kind = fs::FileKind::timer; }

  fs::Outcome read(void* to, std::size_t bytes) override {
    if (bytes < sizeof(expired_)) return -EINVAL;
    while (expired_ == 0) {
      if (flags & O_NONBLOCK) return -EAGAIN;
      if (readers_.wait_for_call() == sched::Woken::by_interruption) return fs::kInterrupted;
    }
    std::memcpy(to, &expired_, sizeof(expired_));
    expired_ = 0;
    return sizeof(expired_);
  }

  short poll() override { return expired_ != 0 ? POLLIN : 0; }

  void destroy() override {
    this->~TimerFile();
    std::free(this);
  }

  itimerspec left() const {
    return {.it_interval = posix::to_timespec(interval_), .it_value = posix::to_timespec(posix::left(timer_))};
  }

  void set(const itimerspec& wanted, bool absolute) {
    expired_ = 0;
    interval_ = posix::to_nanoseconds(wanted.it_interval);
    if (wanted.it_value.tv_sec == 0 && wanted.it_value.tv_nsec == 0) return timer_.cancel();
    timer_.arm(
        absolute ? posix::instant(clock_, wanted.it_value) : time::deadline(posix::to_nanoseconds(wanted.it_value)),
        fired);
  }

 private:
  struct Alarm : sched::Timer {
    TimerFile* file = nullptr;
  };

  static void fired(sched::Timer& timer) { static_cast<Alarm&>(timer).file->expire(); }

  /// Counts also what would have been due in the meantime.
  void expire() {
    expired_++;
    if (raw(interval_) != 0) expired_ += posix::begin_round(timer_, interval_, fired);
    readers_.wake_all();
    tell(POLLIN);
  }

  clockid_t clock_;
  Alarm timer_{{}, this};
  Nanoseconds interval_{};
  std::uint64_t expired_ = 0;
  sched::WaitQueue readers_;
};

bool known(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME; }

/// Runs `operation` on the timer behind a descriptor.
template <typename Operation>
int on_timer(int descriptor, Operation&& operation) {
  return static_cast<int>(posix::on_file(descriptor, [&](fs::FileOperations& file) -> fs::Outcome {
    return file.kind == fs::FileKind::timer ? operation(static_cast<TimerFile&>(file)) : -EINVAL;
  }));
}

bool valid(const timespec& time) { return posix::valid(time) && time.tv_sec >= 0; }

}  // namespace

extern "C" {

int timerfd_create(clockid_t clock, int flags) {
  if (!known(clock) || (flags & ~(TFD_NONBLOCK | TFD_CLOEXEC))) return posix::int_result(-EINVAL);
  return posix::make_anonymous<TimerFile>(flags, clock);
}

int timerfd_settime(int descriptor, int flags, const struct itimerspec* wanted, struct itimerspec* before) {
  if (!wanted) return posix::int_result(-EFAULT);
  return on_timer(descriptor, [=](TimerFile& timer) -> fs::Outcome {
    if (flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)) return -EINVAL;
    if (!valid(wanted->it_value) || !valid(wanted->it_interval)) return -EINVAL;
    if (before) *before = timer.left();
    timer.set(*wanted, (flags & TFD_TIMER_ABSTIME) != 0);
    return 0;
  });
}

int timerfd_gettime(int descriptor, struct itimerspec* left) {
  if (!left) return posix::int_result(-EFAULT);
  return on_timer(descriptor, [=](TimerFile& timer) -> fs::Outcome {
    *left = timer.left();
    return 0;
  });
}

}  // extern "C"
