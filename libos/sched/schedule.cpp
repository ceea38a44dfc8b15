// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Changing who runs first. Linked, lists and all, for a program that does.

#include "sched/schedule.h"

#include "sched/lock.h"

extern "C" const char wick_slice[];  // the linker script's: its address is the number

namespace wick::sched {

namespace {

constinit UrgentLists<Thread> lists[kVcpus];

/// Puts a thread where `priority` has its place. Whoever is more urgent than the running thread then runs once the
/// guard ends.
void move_to(Thread& thread, std::uint8_t priority) {
  if (priority && above_all && !above_all->boost) move_to(*above_all, above_all->boost = kAboveAll);
  Vcpu& vcpu = this_vcpu();
  vcpu.urgent = &lists[0];
  const bool is_ready = thread.state == ThreadState::ready;
  if (is_ready && thread.priority)
    vcpu.urgent->remove(thread, thread.priority);
  else if (is_ready && !vcpu.woken.remove(thread))
    (void)vcpu.turns.remove(thread);
  thread.priority = priority;
  if (is_ready) put_ready(vcpu, thread, Place::last);
  if (vcpu.urgent->highest() > vcpu.running->priority) wish(vcpu);
}

}  // namespace

void set_schedule(Thread& thread, Schedule schedule) {
  const Guard guard(State::threads);
  thread.schedule = schedule;
  move_to(thread, thread.boost > schedule.priority ? thread.boost : schedule.priority);
}

Schedule schedule(const Thread& thread) { return thread.schedule; }

Nanoseconds slice() { return Nanoseconds{reinterpret_cast<std::uint64_t>(wick_slice)}; }

void boost(Thread& thread, std::uint8_t priority) {
  const Guard guard(State::threads);
  thread.boost = priority;
  move_to(thread, priority > thread.schedule.priority ? priority : thread.schedule.priority);
}

}  // namespace wick::sched
