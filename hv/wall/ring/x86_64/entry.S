/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Into ring 3 and out of it. This code and the first page of each Cpu are the only parts of hv that the guest's page
 * tables hold, for the supervisor alone: everything else of hv doesn't exist while the guest runs. GS points to the Cpu,
 * and so to its Vcpu, within hv. */

#include "guest/arch/x86_64/entry.h"
/* Slot, ring.cpp */
#define HV_STACK VCPU_WALL(0)
#define GUEST_ROOT VCPU_WALL(1)
#define ENTRY_STACK VCPU_WALL(2)
#define ERROR_CODE VCPU_WALL(3)
/* hv's, on every processor */
#define HV_ROOT $boot_pml4

#define USER_DATA 0x2b
#define USER_CODE 0x33
#define CALL 256

    .section .text.entry, "ax", @progbits
    .code64

/* unsigned hv_ring_run(Vcpu*): runs the guest until it comes back. Returns the vector, or 256 for a call. */
    .globl hv_ring_run
hv_ring_run:
    push_each OWN
    movq %rsp, HV_STACK(%rdi)
    movq ENTRY_STACK(%rdi), %rsp
    pushq $USER_DATA
    pushq VCPU_rsp(%rdi)
    pushq VCPU_rflags(%rdi)
    pushq $USER_CODE
    pushq VCPU_rip(%rdi)
    load "", "(%rdi)", KEPT, rcx, r11
    movq GUEST_ROOT(%rdi), %rax
    movq %rax, %cr3
    load "", "(%rdi)", rax, rdi
    swapgs
    iretq

/* SYSCALL: RCX is the guest's RIP, R11 its RFLAGS, RSP still its own. FMASK has switched interrupts off. */
    .globl hv_syscall_entry
hv_syscall_entry:
    swapgs
    movq %rsp, %gs:VCPU_rsp
    movq HV_ROOT, %rsp
    movq %rsp, %cr3
    movq %rcx, %gs:VCPU_rip
    movq %r11, %gs:VCPU_rflags
    movq %rax, %gs:VCPU_rax
    movl $CALL, %eax

save_and_return:                 // all but RAX, RSP, RIP, RFLAGS
    save "%gs:", "", KEPT, rcx, r11, rdi
    movq %gs:HV_STACK, %rsp
    pop_each OWN_BACK
    ret

/* An exception or interrupt. On the stack: vector, error code, RIP, CS, RFLAGS, RSP, SS. */
    .globl hv_exception_entry, hv_interrupt_entry
hv_exception_entry:
    testb $3, 24(%rsp)
    jnz  out_of_guest
    pushq %rax                   // hv's own fault, perhaps between the two roots
    movq HV_ROOT, %rax
    movq %rax, %cr3
    popq %rax
    jmp  hv_own_exception

hv_interrupt_entry:
    testb $3, 24(%rsp)
    jz   hv_own_interrupt
out_of_guest:
    swapgs
    movq %rax, %gs:VCPU_rax
    movq HV_ROOT, %rax
    movq %rax, %cr3
    popq %rax
    popq %gs:ERROR_CODE
    popq %gs:VCPU_rip
    addq $8, %rsp
    popq %gs:VCPU_rflags
    popq %gs:VCPU_rsp
    pushq $2                     // AC would open the guest's pages in spite of SMAP
    popfq
    jmp  save_and_return

    .section .note.GNU-stack, "", @progbits
