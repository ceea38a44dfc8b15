// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The guest's own look at a fault before it counts as a crash (EntryNote::fault), the same behind every wall. Pure.

#include "guest/arch/processor.h"
#include "guest/crash_record.h"

namespace wick::hv {

/// The fault that the upcall is looking at: if the guest dies of another one, this is the one to report, with what the
/// upcall has left in the record for a reason.
struct FirstFault {
  bool called = false;
  CrashRegisters registers;
  Death death;
};

/// Lets the guest go on in `upcall(const CrashRecord*)`, on the faulting stack below what may be in use there.
constexpr void aim_at_upcall(CrashRegisters& registers, Gpa upcall, Gpa record) {
  constexpr std::uint64_t kUnused = 256;  // red zone and alignment
  registers.enter(upcall, (registers.stack_pointer() - kUnused) & ~15ull, record, kInitialFlags);
}

}  // namespace wick::hv
