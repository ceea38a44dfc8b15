// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A guest's lives, the same behind every wall: what hv, or the hosted monitor, remembers of them beside the guest's own
// memory, and how the next one begins. What a life has changed of it ends with that life: a pristine start finds
// nothing sealed and no watchdog, a return to the checkpoint finds what the checkpoint kept. Pure.

#include <algorithm>

#include "abi/call.h"
#include "abi/event.h"
#include "guest/arch/processor.h"
#include "guest/fault_upcall.h"
#include "guest/notes.h"
#include "guest/restart_policy.h"
#include "guest/seals.h"
#include "guest/vcpu.h"

namespace wick::hv {

struct Lives {
  RestartHistory history;
  FirstFault first_fault;
  Seals seals;
  bool checkpointed = false;  ///< a checkpoint was taken and counts
};

/// What a checkpoint keeps besides memory and devices.
struct Kept {
  CrashRegisters registers;
  ProcessorState processor;
  Seals seals;
  Nanoseconds watchdog;  ///< its timeout, 0: off
};

/// Whether a call of checkpoint() is served. The first one counts: whoever takes the guest over later can't make itself
/// what restarts lead to. The manifest may let each later one count instead (`restart.checkpoint = "last"`).
constexpr Status may_checkpoint(const RestartNote& note, const Lives& lives) {
  return lives.checkpointed && note.checkpoint == CheckpointPolicy::first ? Status::denied : Status::ok;
}

inline Kept keep(const Lives& lives, const CrashRegisters& registers, const ProcessorState& processor,
                 const Watchdog& watchdog) {
  return {registers, processor, lives.seals, watchdog.timeout()};
}

/// Arms the guest's watchdog from now on. Zero disarms.
/// Machine has: `Watchdog& watchdog()`, `Nanoseconds now()`, `watch()`, which sets the timer for the watchdog as it is.
template <typename Machine>
void arm_watchdog(Machine& machine, Nanoseconds timeout) {
  auto& watchdog = machine.watchdog();
  if (!raw(timeout) && watchdog.next() == kNever) return;
  watchdog.arm(timeout, machine.now());
  machine.watch();
}

/// What seals say, in all tables and mappings of the machine: for Seals.
/// Machine has: `Status set_writable(Gpa, std::uint64_t length, bool writable)`.
template <typename Machine>
auto rights_of(Machine& machine) {
  return [&machine](Gpa start, std::uint64_t length, bool writable) {
    return machine.set_writable(start, length, writable);
  };
}

/// A guest's first registers: as if called, by nobody.
constexpr CrashRegisters first_registers(Gpa start, Gpa stack_end, Gpa boot_info) {
  CrashRegisters registers{};
  registers.enter(start, raw(stack_end), boot_info, kInitialFlags);
  return registers;
}

/// Events of a guest that has returned to its checkpoint: whatever a device had to tell before is told again, as
/// drivers look at their rings and find out.
inline constexpr std::uint64_t kToldAgain = ~0ull << static_cast<unsigned>(Event::first_device);

/// Those of a guest that returns to where it was kept: in the call checkpoint(), or in one of yield, where a snapshot
/// was asked for from outside. @param value the answer of checkpoint()
constexpr CrashRegisters returned_registers(const CrashRegisters& kept, std::uint64_t value) {
  CrashRegisters registers = kept;
  const bool waited = kept.call_number() == static_cast<std::uint32_t>(Call::yield);
  registers.answer(Status::ok, waited ? kToldAgain & kept.second_argument() : value);
  return registers;
}

/// The first life, or another one: at the guest's first instruction with the image as it was loaded, or at its
/// checkpoint. Machine has besides: `Lives& lives()`, `const Notes& notes()`, `const GuestMap& regions()`; `const Kept*
/// kept()`, nullptr without a checkpoint; `go_back(bool to_checkpoint)` for devices and memory; `renew_shared_pages()`,
/// which clears event and crash page and writes BootInfo; `EventPage& event_page()`; `set_state(const
/// ProcessorState&)`, which leaves nothing of an earlier one; `CrashRegisters& registers()`; `const BootInfo*
/// boot_info()` as the guest sees it.
template <typename Machine>
void begin_life(Machine& machine) {
  auto& lives = machine.lives();
  const Kept* kept = machine.kept();
  const auto& notes = machine.notes();
  const auto set = rights_of(machine);
  (void)(kept ? lives.seals.become(machine.regions(), kept->seals, set)  // which held before
              : lives.seals.become(machine.regions(), {}, set));
  machine.go_back(kept);
  machine.renew_shared_pages();
  if (kept) machine.event_page().pending = kToldAgain;
  machine.event_page().interrupted = kept ? 0 : 1;
  arm_watchdog(machine, kept ? kept->watchdog : Nanoseconds{0});
  machine.slices() = Slices(notes.slice.length());
  if (machine.slices().on()) {
    machine.slices().start(machine.now());
    machine.watch();
  }
  machine.set_state(kept ? kept->processor : ProcessorState{});
  machine.registers() = kept ? returned_registers(kept->registers, std::max<std::uint64_t>(lives.history.count(), 1))
                             : first_registers(notes.entry.start, notes.layout.stack_end, gpa_of(machine.boot_info()));
}

}  // namespace wick::hv
