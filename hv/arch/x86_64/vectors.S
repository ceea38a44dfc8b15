/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Entry points of the IDT: each pushes what makes the frame complete and goes where the wall sorts out whose event it
 * is. 16 bytes a stub, 8 for interrupts, so that interrupts.cpp can compute their addresses. Then hv's own two paths: an exception never
 * returns; an interrupt only happens in hv's own idle. */

#include "guest/arch/x86_64/entry.h"

#define CPU_SIZE 0x4000

    .section .text.entry, "ax", @progbits
    .code64
    .globl hv_exception_stubs, hv_interrupt_stubs, hv_nmi
    .balign 16
hv_exception_stubs:
    .set vector, 0
    .rept 32
    .balign 16
    .if !((0x60227d00 >> vector) & 1)  // 8, 10-14, 17, 21, 29, 30 come with an error code
    pushq $0
    .endif
    pushq $vector
    jmp hv_exception_entry
    .set vector, vector + 1
    .endr

    .balign 16
hv_interrupt_stubs:              // vectors 0x20 to 0x7f
    .set vector, 0x20
    .rept 96
    .balign 8
    pushq $vector                // in the place of an error code: the entry adds the vector itself
    jmp interrupt_entry
    .set vector, vector + 1
    .endr
interrupt_entry:
    pushq (%rsp)
    jmp hv_interrupt_entry

/* NMIs mean nothing to Wick and may come anywhere, between two stacks or two page tables: counted behind a stack of
 * their own, which is the processor's (arch/cpu.h), and back at once. None nests, as the processor holds the next one
 * until IRETQ. */
hv_nmi:
    incl 40(%rsp)
    iretq

    .text
    .globl hv_own_exception, hv_own_interrupt
hv_own_exception:
    push_each rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
    cld
    movq %rsp, %rdi
    movq $hv_cpus + CPU_SIZE, %rsp  // Cpu::last_stack: what brought us here is small, or what overflowed
    call hv_exception
    ud2

hv_own_interrupt:
    push_each rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
    cld
    movq 72(%rsp), %rdi          // the vector; 7 + 9 words on the stack: aligned to 16
    call hv_interrupt
    pop_each r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
    addq $16, %rsp
    iretq

    .section .note.GNU-stack, "", @progbits
