// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The guest's death: the record is completed in a page that the next guest can read but not write, printed, and the
// restart policy followed.

#include "guest/death.h"

#include <time.h>

#include <string_view>

#include "monitor/appliance.h"
#include "monitor/debug/core_file.h"
#include "monitor/devices/terminal.h"
#include "monitor/signals.h"

namespace wick::monitor {
namespace {

/// As guest/death.h asks for.
struct Machine {
  static constexpr hv::Sink kSay = write_own;
  Appliance& a;

  void describe(CrashRecord& record, const CrashRegisters& at, const hv::Death& death) {
    hv::describe(record, at, death, a.clock.now(), a.image.build_id);
  }
  bool may_read(Gpa at, std::uint64_t length) { return a.memory.may(at, length, false); }
  bool is_code(std::uint64_t at) { return a.memory.is_code(at); }

  hv::Lives& lives() { return a.lives; }
  const hv::Notes& notes() { return a.image.notes; }
  CrashRegisters& registers() { return a.vcpu.registers; }
  CrashRecord& crash_page() { return a.memory.shared().crash; }
  CrashRecord& last_crash() { return a.memory.given().last_crash; }
  void tell(const CrashRecord& record) {
    hv::print_record(record, write_own);
    write_core(a, record);
  }
  void arm_watchdog(Nanoseconds timeout) { monitor::arm_watchdog(a, timeout); }
  Nanoseconds now() { return a.clock.now(); }
  /// Devices go on being served, so that what is in flight ends.
  void wait(Nanoseconds delay) {
    if (raw(delay)) idle(a, a.clock.now() + delay, EventMask{0});
  }
  void start_again() { reset_guest(a); }

  /// What die() and fault() return to the loop.
  int code(bool goes_on) { return goes_on ? -1 : static_cast<int>(hv::exit_code(last_crash())); }
};

}  // namespace

int die(Appliance& a, const hv::Death& death) {
  Machine machine{a};
  return machine.code(hv::die(machine, death));
}

int fault(Appliance& a, const hv::Death& death) {
  Machine machine{a};
  return machine.code(hv::fault(machine, death));
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

}  // namespace wick::monitor
