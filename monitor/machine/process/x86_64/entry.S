/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Into the guest and out of it within one process: an exchange of registers, stacks and thread pointers. */

#include "guest/arch/x86_64/entry.h"

/* Slot, process.cpp */
#define OUR_STACK VCPU_WALL(0)
#define OUR_FS VCPU_WALL(1)
#define GUEST_FS VCPU_WALL(2)
#define CONTROL VCPU_WALL(3)              /* the guest's MXCSR, and 4 bytes on its x87 control word */
#define WHOLE VCPU_WALL(4)                /* 0: what a call loses is not given back */
#define EXTENDED VCPU_WALL(5)             /* address of an XSAVE area, or 0 */
#define USER_CODE 0x33
#define USER_DATA 0x2b

/* The thread pointer becomes RAX, by WRFSBASE or by arch_prctl(ARCH_SET_FS); needs RBX, RSI, RCX and R11, RDI stays. */
    .macro set_thread_pointer
    cmpb $0, wick_process_asks(%rip)
    jne 1f
    wrfsbase %rax
    jmp 2f
1:  movq %rdi, %rbx
    movq %rax, %rsi
    movl $0x1002, %edi
    movl $158, %eax
    syscall
    movq %rbx, %rdi
2:
    .endm

    .text
/* unsigned wick_process_run(Vcpu*): runs the guest until it comes back. Returns 0 for a call; leave() may return more. */
    .globl wick_process_run
    .type wick_process_run, @function
wick_process_run:
    push_each OWN
    movq %rdi, wick_process_vcpu(%rip)
    movq %rsp, OUR_STACK(%rdi)
    movq %fs:0, %rax                  // which points at itself (ELF Handling For Thread-Local Storage, 3.4.6)
    movq %rax, OUR_FS(%rdi)
    movq GUEST_FS(%rdi), %rax
    set_thread_pointer
    ldmxcsr CONTROL(%rdi)
    fldcw CONTROL + 4(%rdi)
    cmpq $0, WHOLE(%rdi)
    jne whole
    movq VCPU_rsp(%rdi), %rsp
    movq VCPU_rip(%rdi), %rcx         // lost by a call
general:
    load "", "(%rdi)", rax, KEPT
    cmpq $0, WHOLE(%rdi)
    movq VCPU_rdi(%rdi), %rdi
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
    pushq VCPU_rsp(%rdi)
    pushq VCPU_rflags(%rdi)
    pushq $USER_CODE
    pushq VCPU_rip(%rdi)
    load "", "(%rdi)", rcx, r11
    jmp general
    .size wick_process_run, . - wick_process_run

/* What wick_trap jumps to: the guest has called a stub, whose return address is on top of its stack. */
    .globl wick_process_call
    .type wick_process_call, @function
wick_process_call:
    movq wick_process_vcpu(%rip), %r11
    save "", "(%r11)", rax, KEPT, rcx, r11, rdi
    .globl wick_process_pop
wick_process_pop:
    popq VCPU_rip(%r11)               // the guest's stack: a bad one faults here, and is told as the guest's fault
    movq %rsp, VCPU_rsp(%r11)
    movq $0x202, VCPU_rflags(%r11)
    stmxcsr CONTROL(%r11)
    fnstcw CONTROL + 4(%r11)
    movq %r11, %rdi
    cmpb $0, wick_process_asks(%rip)
    jne 1f                            // then it is known already
    rdfsbase %rax
    movq %rax, GUEST_FS(%rdi)
1:  xorl %eax, %eax

/* [[noreturn]] wick_process_leave: RDI the Vcpu, EAX what run() returns; the guest's registers are kept already. */
back:
    movl %eax, %r12d
    movq OUR_FS(%rdi), %rax
    set_thread_pointer
    movl %r12d, %eax
    movq OUR_STACK(%rdi), %rsp
    pushq $0x1f80
    ldmxcsr (%rsp)
    movq $0x037f, (%rsp)
    fnclex                       // a fault that the guest's x87 has pending would be ours in a moment
    fldcw (%rsp)
    movq $0x202, (%rsp)          // direction, alignment checks, single steps: ours
    popfq
    pop_each OWN_BACK
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
    .globl wick_process_asks          // whether the kernel has to be asked for a thread pointer
    .comm wick_process_asks, 1, 1
    .section .note.GNU-stack, "", @progbits
