// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a guest stops: what each exit leads to, what is written down of a fault or a death, and whether another life
// follows. The same behind every wall; the machine that the guest runs on says how it does what is asked of it here.
// Pure.

#include "guest/dispatch.h"

namespace wick::hv {

/// Of a watchdog that has expired.
inline constexpr Death kOverdue{.cause = CrashCause::watchdog,
                                .reason = "the guest made no call within its watchdog's time"};

/// Completes the record of a guest that stands at `registers`.
/// Machine has: `Nanoseconds now()`, `BuildId build_id()`; `bool may(Gpa, std::uint64_t length, bool write)` and `bool
/// is_code(std::uint64_t address)`, of the guest's own rights.
template <typename Machine>
void complete(Machine& machine, CrashRecord& record, const CrashRegisters& registers, const Death& death,
              std::uint64_t restarts) {
  describe(record, registers, death, machine.now(), machine.build_id());
  record.restarts = static_cast<std::uint32_t>(restarts);
  collect_frames(
      record,
      [&](Gpa at, std::uint64_t(&words)[2]) {
        if (!machine.may(at, sizeof words, false)) return false;
        __builtin_memcpy(words, reinterpret_cast<const void*>(raw(at)), sizeof words);
        return true;
      },
      [&](std::uint64_t address) { return machine.is_code(address); });
  record.magic = kCrashMagic;
}

/// The guest is dead: record, and what the restart policy says.
/// Machine has besides what life.h asks for: `idle()` as for dispatch.h; `tell(const CrashRecord&)`, and
/// `end(std::uint32_t)` with the exit code for whoever started it; kSay, a Sink for hv's own lines.
template <typename Machine>
void die(Machine& machine, const Death& death) {
  auto& lives = machine.lives();
  auto& first = lives.first_fault;
  auto& record = machine.last_crash();
  record = machine.crash_page();
  const bool of_upcall = first.called && death.cause == CrashCause::exception;
  complete(machine, record, of_upcall ? first.registers : machine.registers(), of_upcall ? first.death : death,
           lives.history.count());
  first.called = false;
  machine.tell(record);

  arm_watchdog(machine, Nanoseconds{0});  // the dead guest's: whoever comes next has its own
  const auto decision = lives.history.decide(machine.notes().restart, machine.now());
  if (!decision.restart) return machine.end(exit_code(record));
  print_line(Machine::kSay, console_line::kRestart, lives.history.count());
  if (raw(decision.delay)) machine.idle(machine.now() + decision.delay, EventMask{0});  // what is in flight ends
  begin_life(machine);
}

/// Whether its own upcall looks at a fault; one that goes on has taken the record's mark away.
template <typename Machine>
bool looks_at_fault(Machine& machine) {
  return machine.lives().first_fault.called && machine.crash_page().magic == kCrashMagic;
}

/// A fault: the guest's own upcall, then death.
template <typename Machine>
void fault(Machine& machine, const Death& death) {
  const Gpa upcall = machine.notes().entry.fault;
  auto& lives = machine.lives();
  if (looks_at_fault(machine) || !raw(upcall)) return die(machine, death);
  lives.first_fault = {true, machine.registers(), death};
  auto& record = machine.crash_page();
  complete(machine, record, machine.registers(), death, lives.history.count());
  lives.first_fault.death.looked_at = true;
  aim_at_upcall(machine.registers(), upcall, gpa_of(&record));
}

/// What an exit leads to.
/// Machine has besides: `bool interrupt(const Exit&)`, whether the guest is overdue; `bool slice_over()`;
/// kStoppedAccess, the reason of a death by memory.
template <typename Machine>
[[gnu::always_inline]] inline void handle(Machine& machine, const Exit& exit) {
  switch (exit.cause) {
    case ExitCause::call:
      return answer(machine);
    case ExitCause::interrupt:
      if (machine.interrupt(exit)) return die(machine, kOverdue);
      if (machine.slice_over()) end_slice(machine, looks_at_fault(machine));
      return;
    case ExitCause::exception:
      return fault(machine, {CrashCause::exception, exit.vector, exit.error_code, exit.address, nullptr});
    case ExitCause::memory:
      return die(machine, {CrashCause::memory, 0, exit.error_code, exit.address, Machine::kStoppedAccess});
    case ExitCause::forbidden:
      return die(machine, {CrashCause::forbidden, 0, 0, 0, exit.what});
  }
}

}  // namespace wick::hv
