// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The end of a time slice, as arch/*/preempt.S hands it over. Linked for a program that makes threads.

#include "sched/preemption.h"

#include "sched/lock.h"

namespace {

/// As preempt.S knows it.
struct Preemption {
  std::uint64_t parts;  ///< EventPage::extended_state
  std::uint64_t room;   ///< bytes for what XSAVE keeps of it; 0: there is one thread only
};

}  // namespace

extern "C" {

constinit Preemption wick_preemption{};
static_assert(offsetof(Preemption, room) == 8);
static_assert(offsetof(wick::EventPage, interrupted) == 24 && wick::sched::kNoWish == 0x80000000);
static_assert(offsetof(wick::sched::Vcpu, holds) == 0 && offsetof(wick::sched::Vcpu, events) == 8);

void wick_preempted() {
  using namespace wick::sched;
  preempt();
  if (at_slice_end && interrupted()) at_slice_end();
}

}  // extern "C"

namespace wick::sched {

void allow_preemption() {
  asm volatile(".reloc ., BFD_RELOC_NONE, wick_guest_preempt");  // whose section has the note
  if (wick_preemption.room) return;
  EventPage& events = *this_vcpu().events;
  wick_preemption = {events.extended_state, arch::room_for_state(events.extended_state)};
  __atomic_store_n(&events.interrupted, 0, __ATOMIC_RELEASE);
}

}  // namespace wick::sched
