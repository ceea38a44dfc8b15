// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Mutexes with rules beside the kinds': robust ones, and those that change the priority of who holds them. Each has a
// record, in a list of the thread that holds it. Under the guard of threads.

#include "posix/pthread_mutex.h"

struct wick_special {
  enum class State : unsigned char { sound, left_behind, not_recoverable };

  pthread_mutex_t& mutex;
  bool robust;
  unsigned char protocol;
  unsigned char ceiling;
  State state = State::sound;    ///< left behind: its holder has ended
  wick_special* next = nullptr;  ///< of those that its holder holds
  wick_special* previous = nullptr;
};

namespace wick::posix {

/// What a protocol adds; set by who is linked.
struct ProtocolRules {
  bool (*may_hold)(const wick_special&);     ///< the caller, which has locked it
  void (*changed)(sched::Thread*);           ///< what it holds; null: nobody
  void (*set)(sched::Thread&);               ///< its own priority
  bool (*wait)(wick_special&, Nanoseconds);  ///< @return false when the deadline passed first
};
inline constinit const ProtocolRules* protocol_rules = nullptr;

extern const MutexRules kSpecialRules;

}  // namespace wick::posix
