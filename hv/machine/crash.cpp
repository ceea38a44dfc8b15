// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Deaths on the console: the guest's, as its record tells it, and hv's own, which has none.

#include "abi/call.h"
#include "abi/console.h"
#include "arch/interrupts.h"
#include "machine/machine.h"

extern "C" void hv_exception(const wick::hv::Frame& frame);

void wick::hv::Machine::tell(const CrashRecord& record) {
  if (console_within_line()) hv::print("\n");
  print_record(record, hv::print);
}

void hv_exception(const wick::hv::Frame& frame) {
  using namespace wick::hv;
  print_line(print, wick::console_line::kOwnFault, "exception ", frame.vector, " at ", Hex{frame.program_counter()},
             ", address ", Hex{fault_address()});
  power_off(raw(wick::ExitCode::cannot_start), End::orderly);
}

/// Somebody called a function that a class leaves open: hv's own fault, which the exception tells.
extern "C" [[noreturn]] void __cxa_pure_virtual() { __builtin_trap(); }
