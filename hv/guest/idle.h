// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A guest without work, or none at all for a while: devices are served until something has come for it. The same behind
// every wall, and without one. Pure.

#include <algorithm>

#include "abi/event.h"

namespace wick::hv {

inline std::uint64_t pending(const EventPage& page, EventMask mask) {
  return __atomic_load_n(&page.pending, __ATOMIC_ACQUIRE) & raw(mask);
}

/// Serves devices, once at least, until an event of `mask` is pending or `deadline` has passed.
/// Machine has: `accept()`, which lets in what hardware has to tell; `bool serve()`, whether its devices have more to
/// do at once; `sleep(Nanoseconds deadline)` until hardware tells something, with a clock that is right afterwards;
/// `woke()`, after all of that: who has waited hasn't hung, and the timer is the watchdog's again; `watch()`, which
/// sets it; `bool timer_fired()`, whether it may have; `Nanoseconds now()`; `bool interrupted()`, by somebody beside
/// the guest; `const EventPage& event_page()`; `Slices& slices()`. A slice that ends meanwhile isn't followed by
/// another one; the one that began before has its timer still, so that short waits set none.
/// @return the events of `mask` that are pending
template <typename Machine>
std::uint64_t idle(Machine& machine, Nanoseconds deadline, EventMask mask) {
  const auto& page = machine.event_page();
  machine.accept();
  bool more = machine.serve();
  auto& slices = machine.slices();
  Nanoseconds now;
  bool renew = false;
  if (!pending(page, mask) && (now = machine.now()) < deadline) {
    slices.computes(false);
    do {
      if (slices.over(now)) slices.stop();
      if (more)
        machine.accept();
      else
        machine.sleep(std::min(deadline, slices.next()));
      more = machine.serve();
    } while (!pending(page, mask) && (now = machine.now()) < deadline && !machine.interrupted());
    renew = deadline <= slices.next();
    machine.woke();
  }
  // The timer's interrupt may have been among those that came meanwhile.
  if (slices.on() && (renew || (machine.timer_fired() && slices.over(machine.now())))) {
    slices.start(machine.now());
    machine.watch();
  }
  return pending(page, mask);
}

}  // namespace wick::hv
