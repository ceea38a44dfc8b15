// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The guest's death: the record is completed in a page that the next guest can read but not write, printed, and the
// restart policy followed.

#include <time.h>

#include <string_view>

#include "abi/console.h"
#include "wall/hosted/appliance.h"
#include "wall/hosted/core_file.h"
#include "wall/hosted/signals.h"
#include "wall/hosted/terminal.h"

namespace wick::hosted {
namespace {

void complete(Appliance& a, CrashRecord& record, const CrashRegisters& registers, const hv::Death& death) {
  hv::describe(record, registers, death, a.clock.now(), a.image.build_id);
  record.restarts = static_cast<std::uint32_t>(a.lives.history.count());
  hv::collect_frames(
      record,
      [&](Gpa at, std::uint64_t(&words)[2]) {
        if (!a.memory.may(at, sizeof words, false)) return false;
        __builtin_memcpy(words, reinterpret_cast<const void*>(raw(at)), sizeof words);
        return true;
      },
      [&](std::uint64_t address) { return a.memory.is_code(address); });
  record.magic = kCrashMagic;
}

/// Devices go on being served, so that what is in flight ends.
void wait(Appliance& a, Nanoseconds delay) {
  if (raw(delay)) idle(a, a.clock.now() + delay, EventMask{0});
}

}  // namespace

int die(Appliance& a, const hv::Death& death) {
  auto& first_fault = a.lives.first_fault;
  auto& record = a.memory.given().last_crash;
  record = a.memory.shared().crash;
  if (first_fault.called && death.cause == CrashCause::exception)
    complete(a, record, first_fault.registers, first_fault.death);
  else
    complete(a, record, a.vcpu.registers, death);
  first_fault.called = false;
  hv::print_record(record, write_own);
  write_core(a, record);

  arm_watchdog(a, Nanoseconds{0});  // the dead guest's: whoever comes next has its own
  const auto decision = a.lives.history.decide(a.image.notes.restart, a.clock.now());
  if (!decision.restart) return static_cast<int>(hv::exit_code(record));
  hv::Line(write_own).text(console_line::kRestart).decimal(a.lives.history.count()).end();
  wait(a, decision.delay);
  reset_guest(a);
  return -1;
}

int fault(Appliance& a, const hv::Death& death) {
  const Gpa upcall = a.image.notes.entry.fault;
  if (a.lives.first_fault.called || !raw(upcall)) return die(a, death);
  auto& record = a.memory.shared().crash;
  a.lives.first_fault = {true, a.vcpu.registers, death};
  complete(a, record, a.vcpu.registers, death);
  hv::aim_at_upcall(a.vcpu.registers, upcall, Gpa{reinterpret_cast<std::uint64_t>(&record)});
  return -1;
}

void arm_watchdog(Appliance& a, Nanoseconds timeout) {
  a.lives.watchdog.arm(timeout, a.clock.now());
  time_watchdog(a);
  (void)take_overdue();
}

void reset_guest(Appliance& a) {
  a.devices.reset();
  if (a.memory.has_copy()) {
    a.memory.return_to_copy();
    return_to_checkpoint(a);
    return;
  }
  (void)a.lives.seals.become(a.memory.regions(), {}, [&](Gpa start, std::uint64_t length, bool writable) {
    return set_guest_writable(a, start, length, writable);
  });
  a.machine->settle(hv::Splits::join_all);
  a.memory.make_pristine();
  a.memory.shared().event = {};
  a.memory.shared().crash = {};
  start_guest(a);
}

void start_guest(Appliance& a) {
  write_boot_info(a);
  a.machine->set_state(a.vcpu, {});
  a.vcpu.registers = hv::first_registers(a.image.notes.entry.start, a.image.notes.layout.stack_end,
                                         Gpa{reinterpret_cast<std::uint64_t>(a.memory.given_for_guest().boot_info)});
}

}  // namespace wick::hosted
