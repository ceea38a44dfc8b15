// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The guest's death behind a wall: the record is completed in a page that the next guest can read but not write,
// printed, and the restart policy followed.

#include "abi/console.h"
#include "arch/guest_paging.h"
#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "guest/death.h"
#include "machine/backends.h"
#include "machine/crash_page.h"
#include "machine/guest.h"
#include "platform/clock.h"
#include "platform/platform.h"
#include "platform/print.h"

extern "C" const char wick_guest_text_start[], wick_text_end[];
extern "C" void hv_exception(const wick::hv::Frame& frame);

namespace wick::hv {
namespace {

constexpr std::uint32_t kExitOwnFault = 70;

/// As guest/death.h asks for.
struct Machine {
  static constexpr Sink kSay = print;
  Vcpu& vcpu;

  void describe(CrashRecord& record, const CrashRegisters& at, const Death& death) { hv::describe(record, at, death); }
  bool may_read(Gpa address, std::uint64_t length) { return guest_may(address, length, false); }
  bool is_code(std::uint64_t at) { return at >= address_of(wick_guest_text_start) && at < address_of(wick_text_end); }

  Lives& lives() { return guest.lives; }
  const Notes& notes() { return guest.notes; }
  CrashRegisters& registers() { return vcpu.registers; }
  CrashRecord& crash_page() { return hv::crash_page; }
  CrashRecord& last_crash() { return hv::last_crash; }
  void tell(const CrashRecord& record) {
    if (console_within_line()) print("\n");
    print_record(record, print);
  }
  void arm_watchdog(Nanoseconds timeout) { hv::arm_watchdog(timeout); }
  Nanoseconds now() { return clock_now(); }

  /// hv goes on serving its devices, so that what is in flight ends.
  void wait(Nanoseconds delay) {
    const auto until = clock_now() + delay;
    while (clock_now() < until) {
      platform->set_timer(until);
      platform->idle();
      platform->refresh_clock(clock_page);
      serve_backends();
    }
  }

  void start_again() {
    if (guest.notes.restart.policy == RestartPolicy::restore && ok(return_to_checkpoint(vcpu))) return;
    reset_backends();
    reset_guest(vcpu);
  }
};

}  // namespace

[[gnu::section(".bss.hv.given")]] alignas(4096) CrashRecord last_crash;

void die(Vcpu& vcpu, const Death& death) {
  Machine machine{vcpu};
  if (!die(machine, death)) power_off(exit_code(last_crash), End::crash);
}

void fault(Vcpu& vcpu, const Death& death) {
  Machine machine{vcpu};
  if (!fault(machine, death)) power_off(exit_code(last_crash), End::crash);
}

}  // namespace wick::hv

void hv_exception(const wick::hv::Frame& frame) {
  using namespace wick::hv;
  Line(print)
      .text(wick::console_line::kOwnFault)
      .text("exception ")
      .decimal(frame.vector)
      .text(" at ")
      .hex(frame.rip)
      .text(", address ")
      .hex(read_cr2())
      .end();
  power_off(kExitOwnFault, End::orderly);
}
