// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What hv's back ends ask of whoever runs them (backend/host.h).

#include "backend/host.h"
#include "monitor/appliance.h"

namespace wick::hv {

void* device_memory(Gpa address, std::uint64_t length, bool write) {
  const bool may = monitor::running->guest.memory.device_may(address, length, write);
  return may ? reinterpret_cast<void*>(raw(address)) : nullptr;
}

void raise_event(unsigned event) {
  auto& a = *monitor::running;
  __atomic_or_fetch(&a.guest.memory.shared().event.pending, 1ull << event, __ATOMIC_RELEASE);
  if (a.watch.on()) a.watch.tell(&monitor::Observer::raised, event);
}

bool guest_must_ring() { return monitor::running->guest.vcpu.slices.computing(); }

}  // namespace wick::hv
