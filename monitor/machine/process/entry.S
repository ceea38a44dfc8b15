/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Into the guest and out of it within one process: an exchange of registers, stacks and thread pointers. Offsets are
 * those of Vcpu (guest/vcpu.h). */

#define RAX 0
#define RBX 8
#define RCX 16
#define RDX 24
#define RSI 32
#define RDI 40
#define RBP 48
#define RSP 56
#define R8 64
#define R9 72
#define R10 80
#define R11 88
#define R12 96
#define R13 104
#define R14 112
#define R15 120
#define RIP 128
#define RFLAGS 136
/* Slot, process.cpp */
#define OUR_STACK 152
#define OUR_FS 160
#define GUEST_FS 168
#define CONTROL 176              /* the guest's MXCSR, and 4 bytes on its x87 control word */
#define WHOLE 184                /* 0: what a call loses is not given back */
#define EXTENDED 192             /* address of an XSAVE area, or 0 */
#define USER_CODE 0x33
#define USER_DATA 0x2b

    .text
/* unsigned wick_process_run(Vcpu*): runs the guest until it comes back. Returns 0 for a call; leave() may return more. */
    .globl wick_process_run
    .type wick_process_run, @function
wick_process_run:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rdi, wick_process_vcpu(%rip)
    movq %rsp, OUR_STACK(%rdi)
    rdfsbase %rax
    movq %rax, OUR_FS(%rdi)
    movq GUEST_FS(%rdi), %rax
    wrfsbase %rax
    ldmxcsr CONTROL(%rdi)
    fldcw CONTROL + 4(%rdi)
    cmpq $0, WHOLE(%rdi)
    jne whole
    movq RSP(%rdi), %rsp
    movq RIP(%rdi), %rcx         // lost by a call
general:
    movq RAX(%rdi), %rax
    movq RBX(%rdi), %rbx
    movq RDX(%rdi), %rdx
    movq RSI(%rdi), %rsi
    movq RBP(%rdi), %rbp
    movq R8(%rdi), %r8
    movq R9(%rdi), %r9
    movq R10(%rdi), %r10
    movq R12(%rdi), %r12
    movq R13(%rdi), %r13
    movq R14(%rdi), %r14
    movq R15(%rdi), %r15
    cmpq $0, WHOLE(%rdi)
    movq RDI(%rdi), %rdi
    jne 1f
    jmpq *%rcx
1:  iretq
whole:                           // IRETQ alone sets flags and address at once, without the guest's stack
    movq EXTENDED(%rdi), %rcx
    testq %rcx, %rcx
    jz 1f
    movl $-1, %eax
    movl $-1, %edx
    xrstor64 (%rcx)
1:  pushq $USER_DATA
    pushq RSP(%rdi)
    pushq RFLAGS(%rdi)
    pushq $USER_CODE
    pushq RIP(%rdi)
    movq RCX(%rdi), %rcx
    movq R11(%rdi), %r11
    jmp general
    .size wick_process_run, . - wick_process_run

/* What wick_trap jumps to: the guest has called a stub, whose return address is on top of its stack. */
    .globl wick_process_call
    .type wick_process_call, @function
wick_process_call:
    movq wick_process_vcpu(%rip), %r11
    movq %rax, RAX(%r11)
    movq %rbx, RBX(%r11)
    movq %rcx, RCX(%r11)
    movq %rdx, RDX(%r11)
    movq %rsi, RSI(%r11)
    movq %rdi, RDI(%r11)
    movq %rbp, RBP(%r11)
    movq %r8, R8(%r11)
    movq %r9, R9(%r11)
    movq %r10, R10(%r11)
    movq %r11, R11(%r11)
    movq %r12, R12(%r11)
    movq %r13, R13(%r11)
    movq %r14, R14(%r11)
    movq %r15, R15(%r11)
    .globl wick_process_pop
wick_process_pop:
    popq RIP(%r11)               // the guest's stack: a bad one faults here, and is told as the guest's fault
    movq %rsp, RSP(%r11)
    movq $0x202, RFLAGS(%r11)
    stmxcsr CONTROL(%r11)
    fnstcw CONTROL + 4(%r11)
    rdfsbase %rax
    movq %rax, GUEST_FS(%r11)
    xorl %eax, %eax
    movq %r11, %rdi

/* [[noreturn]] wick_process_leave: RDI the Vcpu, EAX what run() returns; the guest's registers are kept already. */
back:
    movq OUR_FS(%rdi), %rcx
    wrfsbase %rcx
    movq OUR_STACK(%rdi), %rsp
    pushq $0x1f80
    ldmxcsr (%rsp)
    movq $0x037f, (%rsp)
    fnclex                       // a fault that the guest's x87 has pending would be ours in a moment
    fldcw (%rsp)
    movq $0x202, (%rsp)          // direction, alignment checks, single steps: ours
    popfq
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret
    .size wick_process_call, . - wick_process_call

    .globl wick_process_leave
    .type wick_process_leave, @function
wick_process_leave:              // (Vcpu*, unsigned why), from a signal handler on its own stack
    movl %esi, %eax
    jmp back
    .size wick_process_leave, . - wick_process_leave

    .local wick_process_vcpu
    .comm wick_process_vcpu, 8, 8
    .section .note.GNU-stack, "", @progbits
