// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "debugger.h"

#include <signal.h>
#include <sys/procfs.h>

#include <cstddef>
#include <cstring>
#include <iterator>

namespace wick::monitor::debugger {
namespace {

// RAX to RIP are CrashRegisters' own order; behind the segments lie x87 and SSE registers, which aren't to be had.
constexpr std::uint64_t kRip = 16, kFlags = 17, kCode = 18, kStack = 19, kCallNumber = 57, kFsBase = 58, kGsBase = 59;
static_assert(offsetof(CrashRegisters, rflags) == kFlags * 8);
constexpr std::uint64_t kCodeSelector = 0x33, kDataSelector = 0x2b;

}  // namespace

int signal_of(std::uint32_t vector) {
  constexpr std::uint8_t kSignals[] = {SIGFPE, SIGTRAP, 0, SIGTRAP, 0, 0, SIGILL, 0, 0, 0,
                                       0,      0,       0, 0,       0, 0, SIGFPE, 0, 0, SIGFPE};
  return vector < std::size(kSignals) ? kSignals[vector] : 0;
}

bool is_known(std::uint64_t number) { return number <= kLastTogether || number == kFsBase || number == kGsBase; }
unsigned width_of(std::uint64_t number) { return number >= kFlags && number <= kLastTogether ? 4 : 8; }

std::uint64_t value_of(const CrashRegisters& registers, const hv::ProcessorState& state, std::uint64_t number) {
  if (number <= kFlags) return reinterpret_cast<const std::uint64_t*>(&registers)[number];
  if (number == kFsBase) return state.fs_base;
  if (number == kGsBase) return state.gs_base;
  return number == kCode ? kCodeSelector : number >= kStack && number <= kStack + 2 ? kDataSelector : 0;
}

bool set_value(CrashRegisters& registers, const hv::ProcessorState& state, std::uint64_t number, std::uint64_t value) {
  if (number == kCallNumber) return true;  // which only GDB itself looks at
  if (number > kFlags) return is_known(number) && value == value_of(registers, state, number);
  if (number == kRip && !hv::is_canonical(value)) return false;
  if (number == kFlags) value = hv::own_flags(value);
  reinterpret_cast<std::uint64_t*>(&registers)[number] = value;
  return true;
}

// In the order of Linux's struct user_regs_struct.
void give_registers(const CrashRegisters& r, const hv::ProcessorState& state, void* to) {
  constexpr std::uint64_t kNoCall = ~0ull, kData = kDataSelector;
  const std::uint64_t all[] = {r.r15,    r.r14, r.r13, r.r12,         r.rbp, r.rbx, r.r11,   r.r10, r.r9,
                               r.r8,     r.rax, r.rcx, r.rdx,         r.rsi, r.rdi, kNoCall, r.rip, kCodeSelector,
                               r.rflags, r.rsp, kData, state.fs_base, 0,     kData, kData,   0,     0};
  static_assert(sizeof all == sizeof(elf_gregset_t));
  std::memcpy(to, all, sizeof all);
}

}  // namespace wick::monitor::debugger
