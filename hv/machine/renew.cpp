// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What a new life of the guest finds besides its memory: shared pages, and a processor that knows nothing of anybody
// earlier.

#include "arch/speculation.h"
#include "arch/system_state.h"
#include "arch/wipe.h"
#include "machine/machine.h"

namespace wick::hv {

[[gnu::section(".bss.hv.shared")]] alignas(kPage) EventPage guest_event_pages[kCpus];
[[gnu::section(".bss.hv.read_only")]] alignas(kPage) CrashRecord last_crash;

void Machine::renew_shared_pages() {
  wipe_pages(gpa_of(guest_event_pages), sizeof guest_event_pages);
  wipe_pages(gpa_of(crash_pages), sizeof crash_pages);
  event_page().extended_state = extended_state();
  write_boot_info(*guest.boot, wall->kind, event_page(), guest.dma, guest.heap,
                  {guest.lives.history.count(), gpa_of(&hv::last_crash)});
}

ProcessorState Machine::state() {
  ProcessorState state = read_processor_state();
  wall->keep(state);
  return state;
}

void Machine::set_state(const ProcessorState& state) {
  set_vector_state(CleanArea(state));
  reset_system_state();
  predictor_barrier();
  set_processor_state(state);
  wall->restore(state);
}

}  // namespace wick::hv
