// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The guest's death behind a wall: the record is completed in a page that the next guest can read but not write,
// printed, and the restart policy followed.

#include "abi/console.h"
#include "arch/guest_paging.h"
#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "guest/fault_upcall.h"
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

bool read_words(Gpa at, std::uint64_t (&words)[2]) {
  if (!guest_may(at, sizeof words, false)) return false;
  __builtin_memcpy(words, reinterpret_cast<const void*>(raw(at)), sizeof words);
  return true;
}

bool is_code(std::uint64_t address) {
  return address >= reinterpret_cast<std::uint64_t>(wick_guest_text_start) &&
         address < reinterpret_cast<std::uint64_t>(wick_text_end);
}

void complete(CrashRecord& record, const CrashRegisters& registers, const Death& death) {
  describe(record, registers, death);
  record.restarts = static_cast<std::uint32_t>(guest.lives.history.count());
  collect_frames(record, read_words, is_code);
  record.magic = kCrashMagic;
}

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

}  // namespace

[[gnu::section(".bss.hv.given")]] alignas(4096) CrashRecord last_crash;

void die(Vcpu& vcpu, const Death& death) {
  auto& first_fault = guest.lives.first_fault;
  last_crash = crash_page;
  if (first_fault.called && death.cause == CrashCause::exception)
    complete(last_crash, first_fault.registers, first_fault.death);
  else
    complete(last_crash, vcpu.registers, death);
  first_fault.called = false;
  if (console_within_line()) print("\n");
  print_record(last_crash, print);

  arm_watchdog(Nanoseconds{0});  // the dead guest's: whoever comes next has its own
  const auto decision = guest.lives.history.decide(guest.notes.restart, clock_now());
  if (!decision.restart) power_off(exit_code(last_crash), End::crash);
  Line(print).text(console_line::kRestart).decimal(guest.lives.history.count()).end();
  wait(decision.delay);
  if (guest.notes.restart.policy == RestartPolicy::restore && ok(return_to_checkpoint(vcpu))) return;
  reset_backends();
  reset_guest(vcpu);
}

void fault(Vcpu& vcpu, const Death& death) {
  auto& first_fault = guest.lives.first_fault;
  if (first_fault.called || !raw(guest.notes.entry.fault)) return die(vcpu, death);
  first_fault = {true, vcpu.registers, death};
  complete(crash_page, vcpu.registers, death);
  aim_at_upcall(vcpu.registers, guest.notes.entry.fault, Gpa{reinterpret_cast<std::uint64_t>(&crash_page)});
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
