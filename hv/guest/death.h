// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a guest stops: what each exit leads to, what is written down of a fault or a death, and whether another life
// follows. The same behind every wall; the machine that the guest runs on says how it does what is asked of it here.
// Pure.

#include "base/memory.h"
#include "guest/life.h"
#include "guest/notes.h"

namespace wick::hv {

/// Of a watchdog that has expired.
inline constexpr Death kOverdue{.cause = CrashCause::watchdog,
                                .reason = "the guest made no call within its watchdog's time"};

/// Completes the record of a guest that stands at `registers`.
/// Machine has: `void describe(CrashRecord&, const CrashRegisters&, const Death&)`, which knows time and image; `bool
/// may_read(Gpa, std::uint64_t length)` and `bool is_code(std::uint64_t address)`, of the guest's own rights.
template <typename Machine>
void complete(Machine& machine, CrashRecord& record, const CrashRegisters& registers, const Death& death,
              std::uint64_t restarts) {
  machine.describe(record, registers, death);
  record.restarts = static_cast<std::uint32_t>(restarts);
  collect_frames(
      record,
      [&](Gpa at, std::uint64_t(&words)[2]) {
        if (!machine.may_read(at, sizeof words)) return false;
        __builtin_memcpy(words, reinterpret_cast<const void*>(raw(at)), sizeof words);
        return true;
      },
      [&](std::uint64_t address) { return machine.is_code(address); });
  record.magic = kCrashMagic;
}

/// The guest is dead: record, and what the restart policy says.
/// Machine has besides: `Lives& lives()`, `const Notes& notes()`, `CrashRegisters& registers()`; `CrashRecord&
/// crash_page()` that the guest writes, `CrashRecord& last_crash()` that it only reads; `void tell(const
/// CrashRecord&)`; `arm_watchdog(Nanoseconds)`, `Nanoseconds now()`, `wait(Nanoseconds)` with devices served;
/// `start_again()`.
/// @return whether it lives again
template <typename Machine>
bool die(Machine& machine, const Death& death) {
  auto& lives = machine.lives();
  auto& first = lives.first_fault;
  auto& record = machine.last_crash();
  record = machine.crash_page();
  const bool of_upcall = first.called && death.cause == CrashCause::exception;
  complete(machine, record, of_upcall ? first.registers : machine.registers(), of_upcall ? first.death : death,
           lives.history.count());
  first.called = false;
  machine.tell(record);

  machine.arm_watchdog(Nanoseconds{0});  // the dead guest's: whoever comes next has its own
  const auto decision = lives.history.decide(machine.notes().restart, machine.now());
  if (!decision.restart) return false;
  Line(Machine::kSay).text(console_line::kRestart).decimal(lives.history.count()).end();
  machine.wait(decision.delay);
  machine.start_again();
  return true;
}

/// A fault: the guest's own upcall once, then death. @return whether it goes on
template <typename Machine>
bool fault(Machine& machine, const Death& death) {
  const Gpa upcall = machine.notes().entry.fault;
  auto& lives = machine.lives();
  auto& first = lives.first_fault;
  if (first.called || !raw(upcall)) return die(machine, death);
  first = {true, machine.registers(), death};
  auto& record = machine.crash_page();
  complete(machine, record, machine.registers(), death, lives.history.count());
  aim_at_upcall(machine.registers(), upcall, gpa_of(&record));
  return true;
}

/// What an exit leads to. Host has call(), interrupt(), fault(const Death&) and die(const Death&), all of one type.
template <typename Host>
auto handle(Host& host, const Exit& exit) {
  switch (exit.cause) {
    case ExitCause::call:
      return host.call();
    case ExitCause::interrupt:
      return host.interrupt(exit);
    case ExitCause::exception:
      return host.fault({CrashCause::exception, exit.vector, exit.error_code, exit.address, nullptr});
    case ExitCause::memory:
      return host.die({CrashCause::memory, 0, exit.error_code, exit.address, Host::kStoppedAccess});
    case ExitCause::forbidden:
      break;
  }
  return host.die({CrashCause::forbidden, 0, 0, 0, exit.what});
}

}  // namespace wick::hv
