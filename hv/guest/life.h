// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A guest's lives, the same behind every wall: what hv, or the hosted monitor, remembers of them beside the guest's own
// memory, and how the next one begins. What a life has changed of it ends with that life: a pristine start finds
// nothing sealed and no watchdog, a return to the checkpoint finds what the checkpoint kept. Pure.

#include "abi/event.h"
#include "guest/fault_upcall.h"
#include "guest/processor_state.h"
#include "guest/restart_policy.h"
#include "guest/seals.h"
#include "guest/watchdog.h"

namespace wick::hv {

struct Lives {
  RestartHistory history;
  FirstFault first_fault;
  Seals seals;
  Watchdog watchdog;
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

inline Kept keep(const Lives& lives, const CrashRegisters& registers, const ProcessorState& processor) {
  return {registers, processor, lives.seals, lives.watchdog.timeout()};
}

/// A guest's first registers: as if called, by nobody.
constexpr CrashRegisters first_registers(Gpa start, Gpa stack_end, Gpa boot_info) {
  CrashRegisters registers{};
  registers.rip = raw(start);
  registers.rsp = raw(stack_end) - 8;
  registers.rdi = raw(boot_info);
  registers.rflags = kInitialFlags;
  return registers;
}

/// Those of a guest that the call checkpoint() returns to. @param value its answer's
constexpr CrashRegisters returned_registers(const CrashRegisters& kept, std::uint64_t value) {
  CrashRegisters registers = kept;
  registers.rax = static_cast<std::uint64_t>(Status::ok);
  registers.rdx = value;
  return registers;
}

/// Events of a guest that has returned to its checkpoint: whatever a device had to tell before is told again, as
/// drivers look at their rings and find out.
inline constexpr std::uint64_t kToldAgain = ~0ull << static_cast<unsigned>(Event::first_device);

}  // namespace wick::hv
