// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Locks around libos's state. A thread may lose the processor at any instruction of the program; within a Guard it
// doesn't. There is a lock for each kind of state, taken where a function of libos touches it and never around a
// callback into the program. On one vCPU all of them are one count, of guards that the running thread is in, so that a
// pair is three instructions. Where there are more, each kind is a spin lock besides, taken in the order of State.
//
// A thread that waits within guards (WaitQueue, block_until) gives them all up and has them again when it goes on, as a
// condition variable does with its mutex: what it has tested before holds when it starts to wait.

#include "arch/thread_context.h"
#include "sched/vcpu.h"

namespace wick::sched {

enum class State : std::uint8_t {
  files,    ///< descriptors, what is open behind them, the tree of names
  network,  ///< lwIP, connections, sockets
  program,  ///< what the program has registered or set: functions for its end, date, zone, keys
  random,
  log,
  heap,
  threads,  ///< ready lists, timers, wait queues, mutexes
};

/// The running thread's turn is over, or somebody more urgent is ready.
void preempt();
/// The count has become 0 while there was a wish for that.
void take_wish();

inline void hold(State) {
  static_assert(kVcpus == 1);
  arch::add_one(this_vcpu().holds);
}

inline void release(State) {
  if (arch::take_one(this_vcpu().holds)) [[unlikely]]
    take_wish();
}

class [[nodiscard]] Guard {
 public:
  explicit Guard(State state) : state_(state) { hold(state_); }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() { release(state_); }

 private:
  State state_;
};

}  // namespace wick::sched
