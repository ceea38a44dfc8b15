/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * For entry code: where a Vcpu has the guest's registers, and moving them. The C++ file beside an entry code includes
 * this too, for the places to be checked. */

/* In the order of CrashRegisters. */
#define VCPU_REGISTERS rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp, r8, r9, r10, r11, r12, r13, r14, r15, rip, rflags
#define VCPU_WALL(slot) (144 + 8 * (slot))
/* All that entry code moves as they are. It needs RAX, RDI and RSP itself; RCX and R11 are what a call loses. */
#define KEPT rbx, rdx, rsi, rbp, r8, r9, r10, r12, r13, r14, r15
/* What a C++ caller wants back, to be pushed, and to be popped. */
#define OWN rbx, rbp, r12, r13, r14, r15
#define OWN_BACK r15, r14, r13, r12, rbp, rbx

#ifdef __ASSEMBLER__
/* clang-format off */

    .set at, 0
    .irp register, VCPU_REGISTERS
    .set VCPU_\register, at
    .set at, at + 8
    .endr

/* The Vcpu is at segment:base: load "", "(%rdi)", rax, rbx; save "%gs:", "", rax, rbx. */
    .macro load segment, base, registers:vararg
    .irp register, \registers
    movq \segment VCPU_\register\base, %\register
    .endr
    .endm

    .macro save segment, base, registers:vararg
    .irp register, \registers
    movq %\register, \segment VCPU_\register\base
    .endr
    .endm

    .macro push_each registers:vararg
    .irp register, \registers
    pushq %\register
    .endr
    .endm

    .macro pop_each registers:vararg
    .irp register, \registers
    popq %\register
    .endr
    .endm

/* clang-format on */
#else

#include <algorithm>
#include <string_view>

#include "guest/vcpu.h"

#define VCPU_TEXT(...) VCPU_TEXT_OF(__VA_ARGS__)
#define VCPU_TEXT_OF(...) #__VA_ARGS__

namespace wick::hv {

static_assert(offsetof(Vcpu, registers) == 0);
static_assert([](std::string_view order) {
  for (const std::string_view name : kRegisterNames) {
    if (!order.starts_with(name)) return false;
    order.remove_prefix(std::min(order.size(), name.size() + 2));
  }
  return order.empty();
}(VCPU_TEXT(VCPU_REGISTERS)));
static_assert(VCPU_WALL(0) == offsetof(Vcpu, wall));

}  // namespace wick::hv

#endif
