// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A guest without work, or none at all for a while: devices are served until something has come for it. The same behind
// every wall, and without one. Pure.

#include "abi/event.h"

namespace wick::hv {

inline std::uint64_t pending(const EventPage& page, EventMask mask) {
  return __atomic_load_n(&page.pending, __ATOMIC_ACQUIRE) & raw(mask);
}

/// Serves devices, once at least, until an event of `mask` is pending or `deadline` has passed.
/// Machine has: `accept()`, which lets in what hardware has to tell; `bool serve()`, whether its devices have more to
/// do at once; `sleep(Nanoseconds deadline)` until hardware tells something, with a clock that is right afterwards;
/// `woke()`, after all of that: who has waited hasn't hung, and the timer is the watchdog's again; `Nanoseconds now()`;
/// `bool interrupted()`, by somebody beside the guest; `const EventPage& event_page()`.
/// @return the events of `mask` that are pending
template <typename Machine>
std::uint64_t idle(Machine& machine, Nanoseconds deadline, EventMask mask) {
  const auto& page = machine.event_page();
  machine.accept();
  bool more = machine.serve();
  if (!pending(page, mask) && machine.now() < deadline) {
    do {
      if (more)
        machine.accept();
      else
        machine.sleep(deadline);
      more = machine.serve();
    } while (!pending(page, mask) && machine.now() < deadline && !machine.interrupted());
    machine.woke();
  }
  return pending(page, mask);
}

}  // namespace wick::hv
