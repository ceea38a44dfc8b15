// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Where time and the outside come in: the event word and the timers, looked at whenever a thread gives the processor
// away.

#include "abi/call.h"
#include "arch/thread_context.h"
#include "sched/timer_queue.h"
#include "sched/vcpu.h"
#include "time/clock.h"

namespace wick::sched {

namespace {

constexpr EventMask kAllEvents{~0ull};

void call_handlers(Vcpu& vcpu) {
  if (__atomic_load_n(&vcpu.events->pending, __ATOMIC_RELAXED) == 0) return;
  const EventMask happened{__atomic_exchange_n(&vcpu.events->pending, 0, __ATOMIC_ACQ_REL)};
  for (EventHandler* handler = vcpu.handlers; handler; handler = handler->next) {
    if (any(happened & handler->mask)) handler->fired(*handler, happened & handler->mask);
  }
}

/// Looks for an event for as long as hv finds it cheaper than a call. @return whether there is one
bool look_for_event(const Vcpu& vcpu, Nanoseconds deadline) {
  const auto poll_ns = __atomic_load_n(&vcpu.events->poll_ns, __ATOMIC_RELAXED);
  if (poll_ns == 0) return false;
  Nanoseconds now = time::now();
  const Nanoseconds until = now + Nanoseconds{poll_ns};
  while (now < until && now < deadline) {
    if (__atomic_load_n(&vcpu.events->pending, __ATOMIC_RELAXED) != 0) return true;
    arch::relax();
    now = time::now();
  }
  return false;
}

/// Whether a guest that isn't idle has to ask hv for events.
bool must_look(Vcpu& vcpu) {
  if (raw(vcpu.look_every) <= 1) return true;  // nothing is cheaper to ask, the clock neither
  if (vcpu.look_every == kNever) return false;
  const Nanoseconds now = time::now();
  if (now < vcpu.next_look) return false;
  vcpu.next_look = now + vcpu.look_every;
  return true;
}

}  // namespace

void take_events(Vcpu& vcpu, Look look) {
  const bool idle = look == Look::idle;
  const Nanoseconds deadline = idle ? TimerQueue::next(vcpu.timers) : Nanoseconds{0};
  vcpu.statistics.idles += idle;
  if (idle ? !look_for_event(vcpu, deadline) : must_look(vcpu))
    (void)wick_call_yield(deadline, look == Look::slice ? EventMask{} : kAllEvents);
  call_handlers(vcpu);
  if (vcpu.timers.first()) TimerQueue::run(vcpu.timers, time::now());
}

void idle_until(Nanoseconds instant) {
  Timer alarm;
  alarm.arm(instant, [](Timer&) {});
  take_events(this_vcpu(), Look::idle);
}

void Timer::arm(Nanoseconds at, Fire fire) { TimerQueue::arm(this_vcpu().timers, *this, at, fire); }

void Timer::cancel() { TimerQueue::cancel(this_vcpu().timers, *this); }

void EventHandler::attach() {
  next = this_vcpu().handlers;
  this_vcpu().handlers = this;
}

}  // namespace wick::sched
