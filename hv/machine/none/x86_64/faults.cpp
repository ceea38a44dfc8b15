// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A guest's look at its own fault without a wall (guest/fault_upcall.h): the exception returns into its function, which
// may say a reason and faults again: that is the end, told of the first. It can't go on, as no boundary says whose code
// has faulted. Linked for a guest that looks at faults (Served).

#include "guest/death.h"
#include "guest/fault_upcall.h"
#include "machine/none/machine.h"
#include "machine/none/x86_64/entry.h"

extern "C" {
extern void (*hv_on_exception)();
void hv_looked_at_exception();
void hv_show_faults(const wick::SliceNote& note);
void hv_guest_faulted(wick::hv::Frame& frame);
}

namespace wick::hv {
namespace {

Gpa upcall;
FirstFault first_fault;

}  // namespace
}  // namespace wick::hv

void hv_show_faults(const wick::SliceNote& note) {
  wick::hv::upcall = note.function;
  hv_on_exception = hv_looked_at_exception;
}

void hv_guest_faulted(wick::hv::Frame& frame) {
  using namespace wick;
  using namespace wick::hv;
  auto registers = registers_of(frame);
  const Death death = death_of(frame);
  auto& record = Unwalled::crash_page();
  if (first_fault.called && record.magic == kCrashMagic) Unwalled::end(first_fault.registers, first_fault.death);
  Unwalled machine;
  complete(machine, record, registers, death, 0);
  record.cause = CrashCause::forbidden;  // a word about it is all: it may be hv's own code that has faulted
  first_fault = {true, registers, death};
  first_fault.death.looked_at = true;
  aim_at_upcall(registers, upcall, gpa_of(&record));
  frame.rip = registers.rip;
  frame.rsp = registers.rsp;
  frame.rdi = registers.rdi;
  frame.rflags = (registers.rflags & ~INTERRUPTS_ON) | (frame.rflags & INTERRUPTS_ON);
}
