// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The wall `none`: the calls are plain functions, there is no boundary. The guest is trusted with the machine, so
// nothing is checked here; what a call can't do without a boundary says `unsupported`.

#include "abi/call.h"
#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "arch/random.h"
#include "machine/nmi.h"
#include "platform/clock.h"
#include "platform/platform.h"
#include "platform/print.h"

using namespace wick;

namespace {
std::uint64_t pending(EventMask mask) { return __atomic_load_n(&hv::event_page.pending, __ATOMIC_ACQUIRE) & raw(mask); }
}  // namespace

void wick_call_exit(std::uint32_t code) { hv::exit_machine(code); }

Status wick_call_console(Gpa bytes, std::uint64_t count) {
  hv::platform->console(reinterpret_cast<const char*>(raw(bytes)), count);
  return Status::ok;
}

CallResult wick_call_yield(Nanoseconds deadline, EventMask mask) {
  if (pending(mask) || deadline <= hv::clock_now()) {
    hv::accept_interrupts();
  } else {
    hv::platform->set_timer(deadline);
    do {
      hv::platform->idle();
      hv::report_nmis();
      hv::platform->refresh_clock(hv::clock_page);
    } while (!pending(mask) && hv::clock_now() < deadline && (hv::platform->set_timer(deadline), true));
  }
  return {Status::ok, pending(mask)};
}

Status wick_call_notify(std::uint32_t) { return Status::unsupported; }  // hv serves no queue behind this wall

CallResult wick_call_wall_clock() {
  const auto time = hv::platform->wall_clock();
  return {time ? Status::ok : Status::unsupported, time};
}

CallResult wick_call_entropy() { return hv::hardware_random(); }

Status wick_call_vcpu_start(std::uint32_t, Gpa, Gpa) { return Status::unsupported; }
Status wick_call_vcpu_kick(std::uint32_t, std::uint32_t) { return Status::unsupported; }
Status wick_call_seal(Gpa, std::uint64_t) { return Status::unsupported; }
Status wick_call_watchdog(Nanoseconds) { return Status::unsupported; }
CallResult wick_call_checkpoint() { return {Status::unsupported, 0}; }
