// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Threads. One runs until it waits, yields or ends, and within the guards of sched/lock.h until then only. Timers and
// event handlers run inside the scheduler, on the stack of whichever thread gave the processor away: they may wake, arm
// and cancel, but not wait. Whoever uses queues, timers or block_until() is within a guard, as they all are one state.
// All of it hangs on one Vcpu structure (sched/vcpu.h).

#include "abi/types.h"
#include "sched/pairing_heap.h"
#include "sched/stacks.h"

namespace wick::sched {

class Thread;
class WaitQueue;

struct SpawnResult {
  Status status;
  Thread* thread;  ///< belongs to the scheduler and is gone once the thread has ended, unless somebody joins it
};

/// Bytes of stack that a thread gets which asks for no size: the manifest's `threads.stack`.
std::size_t default_stack();

/// A stack size of 0 means default_stack(). Fails with no_memory.
SpawnResult spawn(const char* name, void (*entry)(void*), void* argument, std::size_t stack_bytes = 0);

/// On memory without a guard page, of 16 KiB or more, a multiple of 16: what is seldom used costs an image less so.
SpawnResult spawn_on(const Stack& stack, const char* name, void (*entry)(void*), void* argument);

Thread& current();
const char* name(const Thread& thread);
/// @param name as long as the thread is
void set_name(Thread& thread, const char* name);

struct StackRange {
  void* lowest;  ///< null for the first thread's, which the image lays out
  std::size_t bytes;
  std::size_t guard;  ///< bytes below it that end the program at once
};
StackRange stack_of(const Thread& thread);

/// Lets other ready threads, due timers and arrived events run.
void yield();

/// Sleeps until `instant`.
void sleep_until(Nanoseconds instant);

/// Lets events and timers happen until one has or `instant` comes, without another thread's running: for the end of the
/// program, when there must be none.
void idle_until(Nanoseconds instant);

/// Asks a thread to look at what came for it: a wait_for_call() of its ends now, the next one at once.
void interrupt(Thread& thread);
bool interrupted();
void forget_interruption();  ///< the calling thread's: it looks now

/// Ends the calling thread.
[[noreturn]] void finish();

/// Number of threads, of context switches and of times that the vCPU went idle, for /metrics.
struct Statistics {
  std::uint64_t threads, switches, idles;
};
Statistics statistics();

/// One thread's place in one queue. On the waiting thread's stack; a thread may stand in several queues (poll()).
struct Waiter {
  Thread* thread = nullptr;
  WaitQueue* queue = nullptr;  ///< null once woken
  Waiter* next = nullptr;
  Waiter* previous = nullptr;
};

enum class Woken : std::uint8_t { by_queue, by_deadline, by_interruption };

/// Threads that wait for something to happen. As with a condition variable, the waiter tests its condition in a loop;
/// its guards see to it that nothing else runs between test and wait.
class WaitQueue {
 public:
  constexpr WaitQueue() = default;
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;

  void wait();
  /// @return false when the deadline passed first
  bool wait_until(Nanoseconds deadline);
  /// For a call of the program's that signals end: the caller gives back what it holds and lets their handlers run.
  Woken wait_for_call(Nanoseconds deadline = kNever);
  /// Waits for a lock, which only another thread opens: when each of them waits for one, nobody will, and the program
  /// ends with a crash record rather than never.
  void wait_for_lock();

  void wake_one();  ///< the longest waiting
  void wake_all();
  bool empty() const { return !first_; }

  /// For waiting in several queues: add a waiter to each, block_until(), remove each.
  void add(Waiter& waiter);
  void remove(Waiter& waiter);

 private:
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
};

/// Blocks until a queue that one of this thread's waiters stands in wakes it. @return false when the deadline passed
bool block_until(Nanoseconds deadline);

/// Calls `fire` once at an instant. Intrusive: must outlive its being armed. fire() may arm it again.
class Timer {
 public:
  using Fire = void (*)(Timer&);
  constexpr Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { cancel(); }

  /// Arms, or moves an armed one.
  void arm(Nanoseconds at, Fire fire);
  void cancel();
  bool armed() const { return fire_; }
  Nanoseconds at() const { return at_; }

  friend constexpr bool earlier(const Timer& a, const Timer& b) { return raw(a.at_) < raw(b.at_); }

  HeapLinks<Timer> heap_links;  ///< the timer queue's own

 private:
  friend class TimerQueue;
  Nanoseconds at_{};
  Fire fire_ = nullptr;
};

/// Called when events of `mask` have happened, with those that did. Attached for good.
class EventHandler {
 public:
  using Fired = void (*)(EventHandler&, EventMask);
  constexpr EventHandler(EventMask mask, Fired fired) : mask(mask), fired(fired) {}
  EventHandler(const EventHandler&) = delete;
  EventHandler& operator=(const EventHandler&) = delete;

  void attach();

  EventMask mask;
  Fired fired;
  EventHandler* next = nullptr;  ///< the scheduler's own
};

}  // namespace wick::sched
