// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// All that libos keeps of one vCPU. There is one today; code takes it as a parameter or asks this_vcpu(), so that a
// second one is another object, not another design. Whatever else libos writes belongs to the program as a whole.

#include "abi/clock.h"
#include "abi/event.h"
#include "abi/threads.h"
#include "arch/thread_context.h"
#include "sched/ready.h"
#include "sched/schedule.h"
#include "sched/stacks.h"

namespace wick::sched {

/// Lives at the end of its stack's memory, the first thread's statically.
class Thread {
 public:
  arch::ThreadContext context;
  const char* name = "main";
  Thread* next = nullptr;  ///< in the ready list
  // In the list of all, which the image's note tells of: the first thread, and then the others, the latest first.
  Thread* younger = nullptr;
  Thread* older = nullptr;
  ThreadState state = ThreadState::running;
  bool timed_out = false;  ///< how the last block_until() ended
  Schedule schedule;
  std::uint8_t boost = 0;
  std::uint8_t priority = 0;        ///< that counts: the schedule's or the boost's
  bool interrupted = false;         ///< see interrupt()
  std::uint64_t* canary = nullptr;  ///< lowest word of a stack without a guard page
  void (*entry)(void*) = nullptr;
  void* argument = nullptr;
  Stack stack;  ///< nothing for the first thread, whose is the image's
  char* stack_end = nullptr;
};

inline constexpr std::uint64_t kStackCanary = 0x57495f4b434b4157;

/// Of Vcpu::holds: nobody has wished for a switch, so that the count without guards isn't 0.
inline constexpr std::uint32_t kNoWish = 1u << 31;

struct Vcpu {
  std::uint32_t holds = kNoWish | 1;  ///< guards that the running thread is in (sched/lock.h); a program starts in one
  EventPage* events = nullptr;
  Thread first;
  Thread* running = &first;
  ReadyList<Thread> woken;                ///< ready, as something has happened for them: first
  ReadyList<Thread> turns;                ///< ready, and have had the processor
  unsigned passed_over = 0;               ///< ends of slices at which none of `turns` came
  UrgentLists<Thread>* urgent = nullptr;  ///< where there are priorities
  Thread* ended = nullptr;                ///< waits for the next thread to free its stack
  PairingHeap<Timer> timers;
  EventHandler* handlers = nullptr;
  const ClockPage* clock = nullptr;
  unsigned switches_until_poll = 0;
  Nanoseconds look_every{0};  ///< EventPage::yield_ns, kNever for 0
  Nanoseconds next_look{0};
  std::uint64_t locked_out = 0;  ///< threads that wait for a lock without a deadline
  Statistics statistics{.threads = 1, .switches = 0, .idles = 0};
};

inline constexpr unsigned kVcpus = 1;
inline constinit Vcpu vcpus[kVcpus] asm("wick_vcpus");

/// The one that runs this. Where there are more, a thread pointer's block says it: a thread knows its vCPU.
inline Vcpu& this_vcpu() {
  static_assert(kVcpus == 1);
  return vcpus[0];
}

/// Once at boot: whoever runs becomes the first thread.
void start(EventPage* events, void* thread_pointer);

/// Into the list of its priority, or one of those of threads without.
enum class Place : std::uint8_t { woken, last, first };
void put_ready(Vcpu& vcpu, Thread& thread, Place place);

/// Has the running thread replaced as soon as it is in no guard.
inline void wish(Vcpu& vcpu) { vcpu.holds &= ~kNoWish; }

/// Puts a waiting thread into the ready list; does nothing for others.
void make_ready(Thread& thread);

/// Why events are looked for: there is nothing to run; a thread gives its turn away; its slice has ended, which says to
/// the watchdog nothing of the program's health.
enum class Look : std::uint8_t { idle, turn, slice };

/// Memory for a thread, which begins with a guard page if it can be had. @return start null: there is no memory
Stack take_stack(std::size_t bytes);
/// For a later thread. Called within a guard.
void leave_stack(const Stack& stack);
void say_overflow(const Thread& thread, char* sentence, std::size_t room);

/// Gives hv the processor, until the next event or timer when it is idle, then runs the handlers and timers that are
/// due.
void take_events(Vcpu& vcpu, Look look);

}  // namespace wick::sched
