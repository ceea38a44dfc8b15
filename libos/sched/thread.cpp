// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Threads: making them, switching between them, ending them. Behind a thread's stack, in the same memory, are its
// thread-local block and its descriptor.

#include "sched/thread.h"

#include <new>

#include "abi/call.h"
#include "boot/config.h"
#include "memory/thread_local.h"
#include "sched/lock.h"
#include "sched/preemption.h"
#include "trace/format.h"
#include "trace/log.h"

namespace wick::sched {

namespace {

constexpr std::size_t kMinStack = 16 * 1024;
constexpr std::size_t kDefaultStack = 64 * 1024;
constexpr unsigned kMostPassedOver = 3;         // slices of others that a thread that computes waits for
constexpr unsigned kSwitchesBetweenPolls = 32;  // a busy ready list may keep events waiting for this long

unsigned highest_urgent(const Vcpu& vcpu) { return vcpu.urgent ? vcpu.urgent->highest() : 0; }

Thread* take_ready(Vcpu& vcpu) {
  if (const unsigned priority = highest_urgent(vcpu)) [[unlikely]]
    return vcpu.urgent->take(priority);
  if (vcpu.passed_over < kMostPassedOver) [[likely]]
    if (Thread* woken = vcpu.woken.take()) return woken;
  vcpu.passed_over = 0;
  Thread* turn = vcpu.turns.take();
  return turn ? turn : vcpu.woken.take();
}

/// Whether a thread is ready that may have the processor instead of the running one. @param equals count, too
bool has_rival(const Vcpu& vcpu, bool equals) {
  const unsigned own = vcpu.running->priority, highest = highest_urgent(vcpu);
  return highest > own || (equals && highest == own && (own || !vcpu.woken.empty() || !vcpu.turns.empty()));
}

/// Runs on the new thread right after each switch: the old one may have ended.
void after_switch(Vcpu& vcpu) {
  Thread* ended = vcpu.ended;
  if (!ended) return;
  vcpu.ended = nullptr;
  vcpu.statistics.threads--;
  ended->younger->older = ended->older;
  if (ended->older) ended->older->younger = ended->younger;
  leave_stack(Stack(ended->stack));
}

[[noreturn]] void overflowed(const Thread& thread) {
  char sentence[64];
  say_overflow(thread, sentence, sizeof sentence);
  panic(sentence);
}

void check_stack(const Thread& thread) {
  if (thread.canary && *thread.canary != kStackCanary) [[unlikely]]
    overflowed(thread);
}

/// The calling thread is ready, waiting or ended: continues the next one, idling until there is one. Called within
/// guards, which are the thread's own: the next one has its own.
void switch_away(Vcpu& vcpu) {
  Thread* self = vcpu.running;
  check_stack(*self);
  if (vcpu.switches_until_poll-- == 0) {
    vcpu.switches_until_poll = kSwitchesBetweenPolls;
    take_events(vcpu, Look::turn);
  }
  if (!(vcpu.holds & kNoWish)) vcpu.passed_over += !vcpu.turns.empty();  // the slice has ended within the guard
  Thread* next;
  while (!(next = take_ready(vcpu))) take_events(vcpu, Look::idle);
  next->state = ThreadState::running;
  if (next == self) return;
  vcpu.running = next;
  vcpu.statistics.switches++;
  const std::uint32_t holds = vcpu.holds;
  wick_switch_context(&self->context, &next->context);
  this_vcpu().holds = holds | kNoWish;  // a switch is what was wished for
  after_switch(this_vcpu());
}

void thread_start() {
  this_vcpu().holds = kNoWish | 1;
  after_switch(this_vcpu());
  Thread& self = current();
  release(State::threads);
  self.entry(self.argument);
  finish();
}

struct SleepTimer : Timer {
  Thread* thread;
};

}  // namespace

void start(EventPage* events, void* thread_pointer) {
  Vcpu& vcpu = this_vcpu();
  vcpu.look_every = vcpu.next_look = events->yield_ns ? Nanoseconds{events->yield_ns} : kNever;
  vcpu.events = events;
  vcpu.first.context.thread_pointer = thread_pointer;
}

Thread& current() { return *this_vcpu().running; }

const char* name(const Thread& thread) { return thread.name; }

void set_name(Thread& thread, const char* name) { thread.name = name; }

StackRange stack_of(const Thread& thread) {
  const Stack& stack = thread.stack;
  if (!stack.start) return {nullptr, 0, kPage};
  const std::size_t guard = stack.guarded ? kPage : 0;
  return {stack.start + guard, static_cast<std::size_t>(thread.stack_end - stack.start) - guard, guard};
}

Statistics statistics() { return this_vcpu().statistics; }

std::size_t default_stack() { return config::get_number("thread.stack", kDefaultStack); }

SpawnResult spawn(const char* name, void (*entry)(void*), void* argument, std::size_t stack_bytes) {
  if (stack_bytes == 0) stack_bytes = default_stack();
  if (stack_bytes < kMinStack) stack_bytes = kMinStack;
  const memory::ThreadLocalLayout layout = memory::thread_local_layout();
  if (stack_bytes > SIZE_MAX / 2) return {Status::no_memory, nullptr};
  const Stack stack = take_stack(kPage + stack_bytes + layout.bytes + layout.alignment + sizeof(Thread));
  if (!stack.start) return {Status::no_memory, nullptr};
  return spawn_on(stack, name, entry, argument);
}

SpawnResult spawn_on(const Stack& stack, const char* name, void (*entry)(void*), void* argument) {
  const memory::ThreadLocalLayout layout = memory::thread_local_layout();
  allow_preemption();
  const Guard guard(State::threads);
  Thread* thread = new (stack.start + stack.bytes - sizeof(Thread)) Thread;
  const auto address = reinterpret_cast<std::uintptr_t>(thread) - layout.bytes;
  auto* const stack_end = reinterpret_cast<char*>(address & ~(layout.alignment - 1));
  void* const thread_pointer = memory::make_thread_local(stack_end);
  thread->context = {arch::prepare_stack(stack_end, thread_start), thread_pointer};
  thread->name = name;
  thread->stack = stack;
  thread->stack_end = stack_end;
  if (!stack.guarded) {
    thread->canary = reinterpret_cast<std::uint64_t*>(stack.start);
    *thread->canary = kStackCanary;
  }
  thread->entry = entry;
  thread->argument = argument;
  Vcpu& vcpu = this_vcpu();
  vcpu.statistics.threads++;
  thread->younger = &vcpu.first;
  thread->older = vcpu.first.older;
  if (thread->older) thread->older->younger = thread;
  vcpu.first.older = thread;
  put_ready(vcpu, *thread, Place::woken);
  return {Status::ok, thread};
}

void finish() {
  hold(State::threads);
  Vcpu& vcpu = this_vcpu();
  vcpu.running->state = ThreadState::ended;
  if (vcpu.running != &vcpu.first) vcpu.ended = vcpu.running;
  switch_away(vcpu);
  __builtin_unreachable();
}

void yield() {
  const Guard guard(State::threads);
  Vcpu& vcpu = this_vcpu();
  check_stack(*vcpu.running);
  vcpu.switches_until_poll = kSwitchesBetweenPolls;
  take_events(vcpu, Look::turn);
  if (!has_rival(vcpu, true)) return;
  put_ready(vcpu, *vcpu.running, Place::last);
  switch_away(vcpu);
}

/// As yield(), but whoever is more urgent only interrupts a turn, and one of policy `fifo` has no end.
void preempt() {
  const Guard guard(State::threads);
  Vcpu& vcpu = this_vcpu();
  Thread& self = *vcpu.running;
  check_stack(self);
  vcpu.switches_until_poll = kSwitchesBetweenPolls;
  take_events(vcpu, Look::slice);
  const bool interrupted = has_rival(vcpu, false);
  if (!interrupted && (self.schedule.policy == Policy::fifo || !has_rival(vcpu, true))) return;
  vcpu.passed_over += !vcpu.turns.empty();
  put_ready(vcpu, self, interrupted ? Place::first : Place::last);
  switch_away(vcpu);
}

void take_wish() {
  this_vcpu().holds = kNoWish;
  preempt();
}

void put_ready(Vcpu& vcpu, Thread& thread, Place place) {
  thread.state = ThreadState::ready;
  if (thread.priority) [[unlikely]]
    return vcpu.urgent->put(thread, thread.priority, place == Place::first);
  if (place == Place::woken) [[likely]]
    return vcpu.woken.put_last(thread);
  place == Place::first ? vcpu.turns.put_first(thread) : vcpu.turns.put_last(thread);
}

void make_ready(Thread& thread) {
  if (thread.state != ThreadState::waiting) return;
  Vcpu& vcpu = this_vcpu();
  put_ready(vcpu, thread, Place::woken);
  if (thread.priority > vcpu.running->priority) wish(vcpu);
}

void interrupt(Thread& thread) {
  thread.interrupted = true;
  make_ready(thread);
}

bool interrupted() { return current().interrupted; }

void forget_interruption() { current().interrupted = false; }

[[gnu::noinline]] bool block_until(Nanoseconds deadline) {
  Vcpu& vcpu = this_vcpu();
  Thread& self = *vcpu.running;
  self.state = ThreadState::waiting;
  if (deadline == kNever) {
    switch_away(vcpu);
    return true;
  }
  self.timed_out = false;
  SleepTimer timer;
  timer.thread = &self;
  timer.arm(deadline, [](Timer& fired) {
    Thread& sleeper = *static_cast<SleepTimer&>(fired).thread;
    sleeper.timed_out = sleeper.state == ThreadState::waiting;
    make_ready(sleeper);
  });
  switch_away(vcpu);
  return !self.timed_out;
}

void sleep_until(Nanoseconds instant) {
  const Guard guard(State::threads);
  while (block_until(instant)) {
  }
}

}  // namespace wick::sched
