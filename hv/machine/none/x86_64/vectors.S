/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Without a wall every exception and interrupt is taken at hv's own level, whoever ran. Interrupts come while hv waits for
 * them, or, to a guest with time slices, at any instruction (slices.cpp). */

#include "guest/arch/x86_64/entry.h"
#include "machine/none/x86_64/entry.h"

#define CPU_SIZE 0x4000

    .section .text.entry, "ax", @progbits
    .globl hv_exception_entry, hv_interrupt_entry
hv_exception_entry:
    jmpq *hv_on_exception(%rip)
hv_interrupt_entry:
    jmpq *hv_on_interrupt(%rip)

    .section .data.hv_on_interrupt, "aw", @progbits
    .balign 8
    .globl hv_on_interrupt, hv_on_exception
hv_on_interrupt:
    .quad hv_own_interrupt
hv_on_exception:
    .quad hv_own_exception

    .section .text.hv_looked_at_exception, "ax", @progbits
    .globl hv_looked_at_exception
hv_looked_at_exception:          // as hv_own_exception, with a frame that may be changed
    push_each rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
    cld
    movq %rsp, %rbx
    movq %rsp, %rdi
    movq $hv_cpus + CPU_SIZE, %rsp  // Cpu::last_stack: the one that it came on is small
    call hv_guest_faulted
    movq %rbx, %rsp
    pop_each r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax
    addq $16, %rsp
    iretq

    .section .text.hv_sliced_interrupt, "ax", @progbits
    .globl hv_sliced_interrupt
/* As hv_own_interrupt, with a frame that may be changed. Interrupts are off here, and yet an emulated SVM (QEMU 7.2's, below
 * Xen) delivers one now and then, at an instruction that touches Xen's shared page. It must not find the same stack. */
hv_sliced_interrupt:
    subq $INTERRUPT_ROOM, hv_cpus + INTERRUPT_STACK(%rip)
    push_each rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
    cld
    leaq 72(%rsp), %rdi
    call hv_guest_interrupted
    pop_each r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
    addq $INTERRUPT_ROOM, hv_cpus + INTERRUPT_STACK(%rip)
    addq $16, %rsp
    iretq

    .section .note.GNU-stack, "", @progbits
