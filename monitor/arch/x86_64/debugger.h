// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What debuggers know of the processor: GDB's numbers of registers, Linux's order of them in a core file, how a program
// is stopped, and which signal an exception is.

#include <string_view>

#include "processor.h"

namespace wick::monitor::debugger {

/// With no registers named in it GDB takes those of every x86-64 Linux process.
inline constexpr std::string_view kTarget =
    "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target version=\"1.0\">"
    "<architecture>i386:x86-64</architecture><osabi>GNU/Linux</osabi></target>";

// Intel SDM volume 3, §6.15: vectors of exceptions.
inline constexpr std::uint32_t kStepVector = 1, kBreakpointVector = 3, kUndefinedVector = 6;

/// The signal of an exception; 0: it has to do with an address or a segment.
int signal_of(std::uint32_t vector);

/// The registers that one packet has together are those up to here.
inline constexpr std::uint64_t kLastTogether = 23;

bool is_known(std::uint64_t number);
unsigned width_of(std::uint64_t number);
std::uint64_t value_of(const CrashRegisters& registers, const hv::ProcessorState& state, std::uint64_t number);
/// @return false when the guest may not have that value, or the register can't be changed
bool set_value(CrashRegisters& registers, const hv::ProcessorState& state, std::uint64_t number, std::uint64_t value);

/// INT3, in the place of an instruction's first byte; the exception points behind it.
inline constexpr std::uint8_t kBreakpoint = 0xcc;
inline void go_before_breakpoint(CrashRegisters& registers) { --registers.rip; }
inline void step(CrashRegisters& registers, bool on) {
  constexpr std::uint64_t kTrapFlag = 1 << 8;  // RFLAGS.TF
  registers.rflags = on ? registers.rflags | kTrapFlag : registers.rflags & ~kTrapFlag;
}

/// Of who stands there: as much of them as tells its frames.
inline CrashRegisters standing_at(std::uint64_t program_counter, std::uint64_t frame_pointer) {
  return {.rbp = frame_pointer, .rip = program_counter};
}

/// As a core file has them (elf_gregset_t).
void give_registers(const CrashRegisters& registers, const hv::ProcessorState& state, void* to);

}  // namespace wick::monitor::debugger
