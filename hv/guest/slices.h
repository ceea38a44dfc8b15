// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Time slices: a guest that runs for one without hv's hearing of it goes on in its own function (abi/note.h,
// SliceNote), which lets another of its threads run. Looked at when the timer says so; while the guest is idle there
// are none. A guest that never waits hears of what has come at the end of a slice alone: an event brings it forward.
// Pure.

#include "abi/event.h"
#include "abi/note.h"

namespace wick::hv {

class Slices {
 public:
  constexpr explicit Slices(Nanoseconds length = {}) : length_(length) {}

  constexpr bool on() const { return raw(length_); }
  constexpr void start(Nanoseconds now) { next_ = (began_ = now) + length_; }
  constexpr void stop() { next_ = {}; }
  /// What ends the guest's turn, and its sleep, say whether it computes: it does since a slice's end without a sleep.
  constexpr void computes(bool so) { computes_ = so; }
  constexpr bool computing() const { return computes_; }
  /// Whether something that comes ends this slice sooner. However much does, one is kMinSlice long.
  constexpr bool can_hurry() const { return computes_ && raw(next_) && began_ + kMinSlice < next_; }
  /// Something has come. @return whether the end is another one now
  constexpr bool hurry() {
    const bool sooner = can_hurry();
    if (sooner) next_ = began_ + kMinSlice;
    return sooner;
  }
  constexpr bool over(Nanoseconds now) const { return now >= next(); }
  /// When over() wants to be asked.
  constexpr Nanoseconds next() const { return raw(next_) ? next_ : kNever; }

 private:
  Nanoseconds length_, began_{}, next_{};  ///< 0: there is none
  bool computes_ = false;
};

/// A guest's slice is over: the next one begins, in its function, unless it hasn't taken what was interrupted before.
/// Then nothing ends the next one sooner: where an interrupt takes longer than kMinSlice, it would never come to do
/// that. Machine has: `Slices& slices()`, `watch()`, `EventPage& event_page()`, `const Notes& notes()`, `registers()`.
/// @param busy with something that has no end of its own, as a fault is
template <typename Machine>
void end_slice(Machine& machine, bool busy) {
  auto& interrupted = machine.event_page().interrupted;
  machine.slices().start(machine.now());
  machine.slices().computes(!interrupted);
  machine.watch();
  if (interrupted || busy) return;
  interrupted = machine.registers().program_counter();
  machine.registers().go_on_at(machine.notes().slice.function);
}

}  // namespace wick::hv
