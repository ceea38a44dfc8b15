// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A call has its number in RAX and its arguments in RDI, RSI and RDX; the answer is its status in RAX and its value in
// RDX. RCX and R11 are lost. A function is entered as System V has it (ABI for x86-64, §3.2.2, §3.2.3).

#include "abi/types.h"

namespace wick {

struct CrashRegisters {
  std::uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
  std::uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
  std::uint64_t rip, rflags;

  constexpr std::uint64_t program_counter() const { return rip; }
  constexpr std::uint64_t frame_pointer() const { return rbp; }
  constexpr std::uint64_t stack_pointer() const { return rsp; }

  constexpr std::uint64_t call_number() const { return rax; }
  constexpr std::uint64_t first_argument() const { return rdi; }
  constexpr std::uint64_t second_argument() const { return rsi; }
  constexpr std::uint64_t third_argument() const { return rdx; }
  constexpr void answer(Status status, std::uint64_t value) {
    rax = static_cast<std::uint64_t>(status);
    rdx = value;
  }

  constexpr void go_on_at(Gpa function) { rip = raw(function); }

  /// The next instruction is `function`'s first, as if it had been called with `argument` on a stack that ends at
  /// `stack`, a multiple of 16.
  constexpr void enter(Gpa function, std::uint64_t stack, Gpa argument, std::uint64_t flags) {
    rip = raw(function);
    rsp = stack - 8;
    rdi = raw(argument);
    rflags = flags;
  }
};
static_assert(sizeof(CrashRegisters) == 144);

inline constexpr char kRegisterNames[][7] = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8",
                                             "r9",  "r10", "r11", "r12", "r13", "r14", "r15", "rip", "rflags"};
static_assert(sizeof(CrashRegisters) == sizeof kRegisterNames / sizeof *kRegisterNames * sizeof(std::uint64_t));

}  // namespace wick
