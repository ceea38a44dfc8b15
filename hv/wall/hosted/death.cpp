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

constexpr std::uint64_t kInitialFlags = 0x202;

void complete(Appliance& a, CrashRecord& record, const CrashRegisters& registers, const hv::Death& death) {
  hv::describe(record, registers, death, a.clock.now(), a.image.build_id);
  record.restarts = static_cast<std::uint32_t>(a.history.count());
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
  auto& record = a.memory.given().last_crash;
  record = a.memory.shared().crash;
  if (a.first_fault.called && death.cause == CrashCause::exception)
    complete(a, record, a.first_fault.registers, a.first_fault.death);
  else
    complete(a, record, a.vcpu.registers, death);
  a.first_fault.called = false;
  hv::print_record(record, write_own);
  write_core(a, record);

  const auto decision = a.history.decide(a.image.notes.restart, a.clock.now());
  if (!decision.restart) return static_cast<int>(hv::exit_code(record));
  hv::Line(write_own).text(console_line::kRestart).decimal(a.history.count()).end();
  wait(a, decision.delay);
  reset_guest(a);
  return -1;
}

int fault(Appliance& a, const hv::Death& death) {
  const Gpa upcall = a.image.notes.entry.fault;
  if (a.first_fault.called || !raw(upcall)) return die(a, death);
  auto& record = a.memory.shared().crash;
  a.first_fault = {true, a.vcpu.registers, death};
  complete(a, record, a.vcpu.registers, death);
  hv::aim_at_upcall(a.vcpu.registers, upcall, Gpa{reinterpret_cast<std::uint64_t>(&record)});
  return -1;
}

void reset_guest(Appliance& a) {
  a.watchdog.arm(Nanoseconds{0}, Nanoseconds{0});
  time_watchdog(a);
  a.devices.reset();
  if (a.memory.has_copy()) {
    a.memory.return_to_copy();
    return_to_checkpoint(a);
    return;
  }
  a.memory.make_pristine();
  a.memory.shared().event = {};
  a.memory.shared().crash = {};
  a.machine->renew(a.memory);
  start_guest(a);
}

void start_guest(Appliance& a) {
  write_boot_info(a);
  a.machine->set_state(a.vcpu, {});
  auto& r = a.vcpu.registers;
  r = {};
  r.rip = raw(a.image.notes.entry.start);
  r.rsp = raw(a.image.notes.layout.stack_end) - 8;  // as if called, by nobody
  r.rdi = reinterpret_cast<std::uint64_t>(a.memory.given_for_guest().boot_info);
  r.rflags = kInitialFlags;
}

}  // namespace wick::hosted
