// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The loop around the guest, the same behind every wall: run it until it wants something, do that, run it again.

#include "arch/interrupts.h"
#include "guest/death.h"
#include "machine/machine.h"

extern "C" void hv_interrupt(std::uint64_t vector);

namespace wick::hv {
namespace {

constexpr unsigned kMaxRounds = 8;  ///< of serving before the guest gets the processor back

}  // namespace

Guest guest;
const WallOperations* wall = nullptr;

bool Machine::interrupt(const Exit& exit) {
  if (exit.vector)
    hv_interrupt(exit.vector);
  else
    accept();
  report_nmis();
  for (unsigned rounds = 0; serve() && rounds < kMaxRounds; ++rounds) {
  }
  if (vcpu.alarm() == kNever) return false;
  if (pending(event_page(), EventMask{~0ull})) slices().hurry();
  platform->refresh_clock(clock_page);
  const bool overdue = watchdog().expired(now());
  if (!slice_over()) watch();
  return overdue;
}

void run_guest() {
  Machine machine(this_cpu().vcpu);
  begin_life(machine);
  for (;;) handle(machine, can_go_on(machine.registers()) ? wall->run(machine.vcpu) : kCantGoOn);
}

}  // namespace wick::hv
