// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Timers of POSIX: timer_create() and its kin. One that calls a function has a thread for that.

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <cerrno>

#include "posix/deadline.h"
#include "posix/result.h"
#include "posix/rounds.h"
#include "posix/signals.h"
#include "sched/lock.h"

using namespace wick;

namespace {

constexpr int kMost = posix::kMostTimers;
constexpr int kMostOverruns = 0x7fffffff;  // DELAYTIMER_MAX

struct ProgramTimer : sched::Timer {
  bool used = false;
  clockid_t clock = CLOCK_MONOTONIC;
  sigevent event{};
  Nanoseconds interval{0};
  unsigned generation = 0;   ///< a thread of an earlier use finds out that it is over
  unsigned calls = 0;        ///< that its thread has yet to make
  sched::WaitQueue expired;  ///< where that thread waits

  int number() const;
};
constinit ProgramTimer timers[kMost];

int ProgramTimer::number() const { return static_cast<int>(this - timers); }

ProgramTimer* find(timer_t id) {
  const auto at = static_cast<unsigned long>(id) - 1;
  return at < kMost && timers[at].used ? &timers[at] : nullptr;
}

void notify(ProgramTimer& timer, int missed) {
  if (timer.event.sigev_notify == SIGEV_THREAD) {
    timer.calls++;
    timer.expired.wake_all();
  }
  if (timer.event.sigev_notify != SIGEV_SIGNAL) return;
  siginfo_t information{};
  information.si_signo = timer.event.sigev_signo;
  information.si_code = SI_TIMER;
  information.si_timerid = timer.number() + 1;
  information.si_value = timer.event.sigev_value;
  posix::post_timer_signal(information, missed);
}

void fire(sched::Timer& fired) {
  auto& timer = static_cast<ProgramTimer&>(fired);
  int missed = 0;
  if (raw(timer.interval)) {
    const std::uint64_t late = posix::begin_round(timer, timer.interval, fire);
    missed = static_cast<int>(late < kMostOverruns ? late : kMostOverruns);
  }
  notify(timer, missed);
}

void* call_function(void* argument) {
  const auto word = reinterpret_cast<std::uintptr_t>(argument);
  ProgramTimer& timer = timers[word % kMost];
  const unsigned mine = static_cast<unsigned>(word / kMost);
  for (;;) {
    {
      const sched::Guard guard(sched::State::threads);
      while (timer.generation == mine && timer.calls == 0) timer.expired.wait();
      if (timer.generation != mine) return nullptr;
      timer.calls--;
    }
    timer.event.sigev_notify_function(timer.event.sigev_value);
  }
}

timespec left(const ProgramTimer& timer) {
  const sched::Guard guard(sched::State::threads);
  return posix::to_timespec(posix::left(timer));
}

int start_thread(ProgramTimer& timer) {
  pthread_t thread;
  const auto word = std::uintptr_t{timer.generation} * kMost + static_cast<unsigned>(timer.number());
  const auto* attributes = static_cast<const pthread_attr_t*>(timer.event.sigev_notify_attributes);
  if (pthread_create(&thread, attributes, call_function, reinterpret_cast<void*>(word)) != 0) return -EAGAIN;
  int state = PTHREAD_CREATE_JOINABLE;
  if (attributes) (void)pthread_attr_getdetachstate(attributes, &state);
  if (state == PTHREAD_CREATE_JOINABLE) (void)pthread_detach(thread);
  return 0;
}

int create(clockid_t clock, const sigevent* event, timer_t* id) {
  const sched::Guard guard(sched::State::threads);
  if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return -EINVAL;
  ProgramTimer* timer = nullptr;
  for (int i = kMost; i-- > 0;) timer = timers[i].used ? timer : &timers[i];
  if (!timer) return -EAGAIN;
  sigevent usual{};
  usual.sigev_notify = SIGEV_SIGNAL;
  usual.sigev_signo = SIGALRM;
  usual.sigev_value.sival_int = timer->number() + 1;
  timer->event = event ? *event : usual;
  const int how = timer->event.sigev_notify, number = timer->event.sigev_signo;
  if (how != SIGEV_SIGNAL && how != SIGEV_NONE && how != SIGEV_THREAD) return -EINVAL;
  if (how == SIGEV_SIGNAL && (number <= 0 || number > SIGRTMAX)) return -EINVAL;
  timer->clock = clock;
  timer->interval = Nanoseconds{0};
  timer->calls = 0;
  if (how == SIGEV_THREAD) {
    if (const int wrong = start_thread(*timer)) return wrong;
  }
  timer->used = true;
  *id = static_cast<timer_t>(timer->number() + 1);
  return 0;
}

}  // namespace

extern "C" {

int timer_create(clockid_t clock, struct sigevent* event, timer_t* id) {
  return posix::int_result(create(clock, event, id));
}

int timer_delete(timer_t id) {
  const sched::Guard guard(sched::State::threads);
  ProgramTimer* timer = find(id);
  if (!timer) return posix::int_result(-EINVAL);
  timer->cancel();
  timer->used = false;
  timer->generation++;
  timer->expired.wake_all();
  return 0;
}

int timer_gettime(timer_t id, struct itimerspec* to) {
  const ProgramTimer* timer = find(id);
  if (!timer) return posix::int_result(-EINVAL);
  *to = {posix::to_timespec(timer->interval), left(*timer)};
  return 0;
}

int timer_settime(timer_t id, int flags, const struct itimerspec* wanted, struct itimerspec* before) {
  const sched::Guard guard(sched::State::threads);
  ProgramTimer* timer = find(id);
  if (!timer || !posix::valid(wanted->it_value) || !posix::valid(wanted->it_interval) || wanted->it_value.tv_sec < 0)
    return posix::int_result(-EINVAL);
  if (before) (void)timer_gettime(id, before);
  timer->cancel();
  timer->interval = posix::to_nanoseconds(wanted->it_interval);
  const Nanoseconds value = posix::to_nanoseconds(wanted->it_value);
  if (!raw(value)) return 0;
  timer->arm(flags & TIMER_ABSTIME ? posix::instant(timer->clock, wanted->it_value) : time::deadline(value), fire);
  return 0;
}

int timer_getoverrun(timer_t id) {
  const ProgramTimer* timer = find(id);
  return timer ? posix::timer_overruns(timer->number() + 1) : posix::int_result(-EINVAL);
}

}  // extern "C"
