// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Entry points of the IDT: each pushes its vector and joins one path. 8 bytes a stub, so that interrupts.cpp can compute
// their addresses. An exception never returns; an interrupt only happens in hv's own idle, where all registers count.

    .section .hv.text, "ax", @progbits
    .code64
    .globl hv_exception_stubs, hv_interrupt_stubs
    .balign 8
hv_exception_stubs:
    .set vector, 0
    .rept 32
    .balign 8
    pushq $vector
    jmp exception_entry
    .set vector, vector + 1
    .endr

    .balign 8
hv_interrupt_stubs:              // vectors 0x20 to 0x7f
    .set vector, 0x20
    .rept 96
    .balign 8
    pushq $vector
    jmp interrupt_entry
    .set vector, vector + 1
    .endr

exception_entry:
    // Vectors 8, 10-14, 17, 21, 29, 30 come with an error code below the vector; the others get a zero.
    pushq %rax
    movq 8(%rsp), %rax
    pushq %rcx
    movl $0x60227d00, %ecx
    btl  %eax, %ecx
    popq %rcx
    popq %rax
    jc   1f
    subq $8, %rsp                // make room: vector moves down, error code 0 takes its place
    pushq %rax
    movq 16(%rsp), %rax
    movq %rax, 8(%rsp)
    movq $0, 16(%rsp)
    popq %rax
1:  pushq %rax
    pushq %rcx
    pushq %rdx
    pushq %rbx
    pushq %rbp
    pushq %rsi
    pushq %rdi
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    cld
    movq %rsp, %rdi
    call hv_exception
    ud2

interrupt_entry:
    pushq %rax
    pushq %rcx
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    cld
    movq 72(%rsp), %rdi          // the vector
    subq $8, %rsp                // 5 words by the processor, vector, 9 registers: align to 16
    call hv_interrupt
    addq $8, %rsp
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rdi
    popq %rsi
    popq %rdx
    popq %rcx
    popq %rax
    addq $8, %rsp
    iretq

    .section .note.GNU-stack, "", @progbits
