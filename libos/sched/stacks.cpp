// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Stacks from the heap, and what a thread's end at its guard leads to: the crash record says whose stack it was.

#include "sched/stacks.h"

#include <cstdlib>

#include "abi/call.h"
#include "abi/crash.h"
#include "arch/thread_context.h"
#include "memory/heap.h"
#include "sched/lock.h"
#include "sched/preemption.h"
#include "trace/format.h"
#include "trace/log.h"

extern "C" {

extern char wick_stack_guard[];

/// Weak: the part of signals goes on in a handler, if there is one.
[[gnu::weak]] void wick_fault_signal(wick::CrashRecord* record, char* stack, const void* vectors);
[[noreturn]] void wick_fault_arrived(wick::CrashRecord* record, char* stack, const void* vectors);

}  // extern "C"

namespace wick::sched {

namespace {

constinit Stacks stacks;
constinit bool told_of_guards = false;

/// The page that ends a thread's stack. @return 0: none does
std::uint64_t guard_of(const Thread& thread) {
  if (&thread == &vcpus[0].first) return reinterpret_cast<std::uint64_t>(wick_stack_guard);
  return thread.stack.guarded ? reinterpret_cast<std::uint64_t>(thread.stack.start) : 0;
}

}  // namespace

Stack take_stack(std::size_t bytes) {
  bytes = (bytes + kPage - 1) & ~(kPage - 1);
  std::size_t count;
  {
    const Guard guard(State::threads);
    if (const Stack left = stacks.take(bytes); left.start) return left;
    count = stacks.next_chunk(bytes, memory::the_heap.size());
  }
  auto* start = static_cast<char*>(std::aligned_alloc(kPage, count * bytes));
  if (!start && count > 1) start = static_cast<char*>(std::aligned_alloc(kPage, (count = 1) * bytes));
  if (!start) return {};
  look_at_faults();
  const Status sealed = wick_call_seal(Gpa{reinterpret_cast<std::uint64_t>(start)}, count * bytes, bytes);
  if (!ok(sealed) && !__atomic_exchange_n(&told_of_guards, true, __ATOMIC_RELAXED))
    log::write(log::Level::warning,
               "hv guards no more stacks (status %d): a thread's overflow is seen when threads change places",
               static_cast<int>(sealed));
  const Guard guard(State::threads);
  for (std::size_t i = 1; i < count; i++) stacks.put({start + i * bytes, bytes, ok(sealed)});
  return {start, bytes, ok(sealed)};
}

void leave_stack(const Stack& stack) { stacks.put(stack); }

void say_overflow(const Thread& thread, char* sentence, std::size_t room) {
  trace::format(sentence, room, "stack overflow in thread %s", thread.name);
}

}  // namespace wick::sched

void wick_fault_arrived(wick::CrashRecord* record, char* stack, const void* vectors) {
  using namespace wick::sched;
  const Thread& thread = current();
  if (const auto guard = guard_of(thread); guard && record->fault_address - guard < wick::kPage)
    say_overflow(thread, record->reason, sizeof record->reason);
  if (wick_fault_signal) wick_fault_signal(record, stack, vectors);  // which may fault on that stack again
  wick::arch::trap();                                                // faults again, and hv tells of the first
}
