// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Wait queues: a doubly linked list of waiters, so that one which gives up leaves in O(1).

#include "sched/thread.h"
#include "sched/vcpu.h"
#include "trace/log.h"

namespace wick::sched {

void WaitQueue::add(Waiter& waiter) {
  waiter.thread = &current();
  waiter.queue = this;
  waiter.next = nullptr;
  waiter.previous = last_;
  (last_ ? last_->next : first_) = &waiter;
  last_ = &waiter;
}

void WaitQueue::remove(Waiter& waiter) {
  if (waiter.queue != this) return;
  (waiter.previous ? waiter.previous->next : first_) = waiter.next;
  (waiter.next ? waiter.next->previous : last_) = waiter.previous;
  waiter.queue = nullptr;
}

void WaitQueue::wait() { (void)wait_until(kNever); }

void WaitQueue::wait_for_lock() {
  Vcpu& vcpu = this_vcpu();
  // A thread that is ready has been woken and counts still.
  if (++vcpu.locked_out >= vcpu.statistics.threads && vcpu.woken.empty() && vcpu.turns.empty() &&
      !(vcpu.urgent && vcpu.urgent->highest()))
    panic("deadlock: every thread waits for a lock");
  wait();
  --vcpu.locked_out;
}

bool WaitQueue::wait_until(Nanoseconds deadline) {
  Waiter waiter;
  add(waiter);
  while (waiter.queue && block_until(deadline)) {
  }
  const bool woken = !waiter.queue;
  remove(waiter);
  return woken;
}

Woken WaitQueue::wait_for_call(Nanoseconds deadline) {
  Thread& self = current();
  if (self.interrupted) return Woken::by_interruption;
  Waiter waiter;
  add(waiter);
  bool in_time = true;
  while (waiter.queue && !self.interrupted && in_time) in_time = block_until(deadline);
  const bool woken = !waiter.queue;
  remove(waiter);
  if (woken) return Woken::by_queue;
  return self.interrupted ? Woken::by_interruption : Woken::by_deadline;
}

void WaitQueue::wake_one() {
  Waiter* waiter = first_;
  if (!waiter) return;
  remove(*waiter);
  make_ready(*waiter->thread);
}

void WaitQueue::wake_all() {
  while (first_) wake_one();
}

}  // namespace wick::sched
