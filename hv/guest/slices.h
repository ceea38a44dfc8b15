// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Time slices: a guest that runs for one without hv's hearing of it goes on in its own function (abi/note.h,
// SliceNote), which lets another of its threads run. Looked at when the timer says so; while the guest is idle there
// are none. Pure.

#include "abi/event.h"
#include "abi/note.h"

namespace wick::hv {

class Slices {
 public:
  constexpr explicit Slices(Nanoseconds length = {}) : length_(length) {}

  constexpr bool on() const { return raw(length_); }
  constexpr void start(Nanoseconds now) { next_ = now + length_; }
  constexpr void stop() { next_ = {}; }
  constexpr bool over(Nanoseconds now) const { return now >= next(); }
  /// When over() wants to be asked.
  constexpr Nanoseconds next() const { return raw(next_) ? next_ : kNever; }

 private:
  Nanoseconds length_, next_{};  ///< 0: there is none
};

/// A guest's slice is over: the next one begins, in its function, unless it hasn't taken what was interrupted before.
/// Machine has: `Slices& slices()`, `watch()`, `EventPage& event_page()`, `const Notes& notes()`, `registers()`.
/// @param busy with something that has no end of its own, as a fault is
template <typename Machine>
void end_slice(Machine& machine, bool busy) {
  machine.slices().start(machine.now());
  machine.watch();
  auto& interrupted = machine.event_page().interrupted;
  if (interrupted || busy) return;
  interrupted = machine.registers().program_counter();
  machine.registers().go_on_at(machine.notes().slice.function);
}

}  // namespace wick::hv
