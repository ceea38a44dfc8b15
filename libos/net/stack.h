// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The stack as a whole: its interfaces and its timers, advanced by turns. Who takes the turns (a thread in the guest,
// a loop in a host test, the packet fuzzer) is not its business.

#include "class/room.h"
#include "net/interface.h"
#include "net/timers.h"

namespace wick::net {

inline constexpr unsigned kMaxInterfaces = 2;

class Stack {
 public:
  /// Memory for so many connections, then lwIP. @param packet_bytes the most that packets may take from the heap
  /// @return false when the heap can't give it
  bool start(unsigned connections, std::size_t packet_bytes = SIZE_MAX);

  /// @return nullptr when there are too many
  Interface* attach(drivers::Network& device, std::uint16_t mtu_limit);

  /// Takes in what has arrived, runs what is due, hands out what that produced. @return when to be called next, at
  /// the latest
  Nanoseconds turn(Nanoseconds now);

  /// Whether every device will tell of the next frame. false: take another turn first. Else the caller waits.
  bool arm();

  /// Asks for a turn when something was sent to ourselves outside of one: loopback has no device to tell of it.
  void expect_loopback();

  /// A frame was queued for a device: a turn will flush it, the one that is under way or the next one.
  void ask_for_turn() {
    if (!in_turn_ && wake_) wake_();
  }
  /// Says how whoever takes the turns is woken.
  void wake_by(void (*wake)()) { wake_ = wake; }

  Nanoseconds turn_time() const { return turn_time_; }
  std::uint64_t waits() const { return waits_; }

  unsigned count() const { return count_; }
  Interface& interface(unsigned number) { return *interfaces_[number]; }

 private:
  drivers::Room<Interface, kMaxInterfaces> room_;
  Interface* interfaces_[kMaxInterfaces] = {};
  unsigned count_ = 0;
  bool in_turn_ = false;
  void (*wake_)() = nullptr;
  Nanoseconds turn_time_{};
  std::uint64_t waits_ = 0;
  Timers timers_;
};

/// The appliance's one stack (lwIP keeps its state in globals).
Stack& stack();

}  // namespace wick::net
