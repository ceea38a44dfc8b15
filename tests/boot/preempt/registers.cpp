// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "registers.h"

#include <cfenv>

namespace {

/// All general registers, the carry flag, vector registers, the x87 stack and the red zone, as one block of assembly
/// holds them through a loop. @return how often they weren't what they were
unsigned long hold_all(unsigned long value, unsigned long looks) {
  unsigned long wrong = 0;
  asm volatile(R"(
    movq %[value], %%r8
    leaq 1(%%r8), %%r9
    leaq 2(%%r8), %%r10
    leaq 3(%%r8), %%r11
    leaq 4(%%r8), %%r12
    leaq 5(%%r8), %%r13
    leaq 6(%%r8), %%r14
    leaq 7(%%r8), %%r15
    movq %%r8, %%xmm0
    movq %%r9, %%xmm7
    movq %%r15, %%xmm15
    movq %%r10, -8(%%rsp)
    movq %%r11, -128(%%rsp)
    movq %%r8, -64(%%rsp)
    fildq -64(%%rsp)
    fildq -8(%%rsp)
  1:
    stc
    .rept 8
    nop
    .endr
    jnc 3f
    movq %%r9, %%rax
    subq %%r8, %%rax
    cmpq $1, %%rax
    jne 3f
    movq %%r15, %%rax
    subq %%r12, %%rax
    cmpq $3, %%rax
    jne 3f
    leaq 4(%%r10), %%rax
    cmpq %%rax, %%r14
    jne 3f
    leaq 2(%%r11), %%rax
    cmpq %%rax, %%r13
    jne 3f
    movq %%xmm0, %%rax
    cmpq %%rax, %%r8
    jne 3f
    movq %%xmm7, %%rax
    cmpq %%rax, %%r9
    jne 3f
    movq %%xmm15, %%rax
    cmpq %%rax, %%r15
    jne 3f
    cmpq %%r10, -8(%%rsp)
    jne 3f
    cmpq %%r11, -128(%%rsp)
    jne 3f
    cmpq %%r8, -64(%%rsp)
    jne 3f
  2:
    decq %[looks]
    jnz 1b
    jmp 4f
  3:
    incq %[wrong]
    jmp 2b
  4:
    fistpq -8(%%rsp)
    fistpq -64(%%rsp)
    cmpq %%r10, -8(%%rsp)
    je 5f
    incq %[wrong]
  5:
    cmpq %%r8, -64(%%rsp)
    je 6f
    incq %[wrong]
  6:
  )"
               : [wrong] "+b"(wrong), [looks] "+c"(looks)
               : [value] "d"(value)
               : "rax", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm7", "xmm15", "memory", "cc",
                 "st");
  return wrong;
}

}  // namespace

unsigned long registers_changed(int which) {
  // Each thread has its own direction of rounding, too.
  std::fesetround(which ? FE_UPWARD : FE_DOWNWARD);
  const unsigned long wrong = hold_all(which ? 0x123456789a : 0x765432100f, 10'000);
  return wrong + (std::fegetround() != (which ? FE_UPWARD : FE_DOWNWARD));
}
