/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Into ring 3 and out of it. This code and the Vcpu are the only parts of hv that the guest's page tables hold, for the
 * supervisor alone: everything else of hv doesn't exist while the guest runs. GS points to the Vcpu within hv. */

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
/* RingSlot, ring.cpp */
#define HV_STACK 152
#define HV_ROOT 160
#define GUEST_ROOT 168
#define ENTRY_STACK 176
#define ERROR_CODE 184

#define USER_DATA 0x2b
#define USER_CODE 0x33
#define CALL 256

    .section .text.entry, "ax", @progbits
    .code64

/* unsigned hv_ring_run(Vcpu*): runs the guest until it comes back. Returns the vector, or 256 for a call. */
    .globl hv_ring_run
hv_ring_run:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, HV_STACK(%rdi)
    movq ENTRY_STACK(%rdi), %rsp
    pushq $USER_DATA
    pushq RSP(%rdi)
    pushq RFLAGS(%rdi)
    pushq $USER_CODE
    pushq RIP(%rdi)
    movq RBX(%rdi), %rbx
    movq RCX(%rdi), %rcx
    movq RDX(%rdi), %rdx
    movq RSI(%rdi), %rsi
    movq RBP(%rdi), %rbp
    movq R8(%rdi), %r8
    movq R9(%rdi), %r9
    movq R10(%rdi), %r10
    movq R11(%rdi), %r11
    movq R12(%rdi), %r12
    movq R13(%rdi), %r13
    movq R14(%rdi), %r14
    movq R15(%rdi), %r15
    movq GUEST_ROOT(%rdi), %rax
    movq %rax, %cr3
    movq RAX(%rdi), %rax
    movq RDI(%rdi), %rdi
    swapgs
    iretq

/* SYSCALL: RCX is the guest's RIP, R11 its RFLAGS, RSP still its own. FMASK has switched interrupts off. */
    .globl hv_syscall_entry
hv_syscall_entry:
    swapgs
    movq %rsp, %gs:RSP
    movq %gs:HV_ROOT, %rsp
    movq %rsp, %cr3
    movq %rcx, %gs:RIP
    movq %r11, %gs:RFLAGS
    movq %rax, %gs:RAX
    movl $CALL, %eax

save_and_return:                 // all but RAX, RSP, RIP, RFLAGS
    movq %rbx, %gs:RBX
    movq %rcx, %gs:RCX
    movq %rdx, %gs:RDX
    movq %rsi, %gs:RSI
    movq %rdi, %gs:RDI
    movq %rbp, %gs:RBP
    movq %r8, %gs:R8
    movq %r9, %gs:R9
    movq %r10, %gs:R10
    movq %r11, %gs:R11
    movq %r12, %gs:R12
    movq %r13, %gs:R13
    movq %r14, %gs:R14
    movq %r15, %gs:R15
    movq %gs:HV_STACK, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret

/* An exception or interrupt. On the stack: vector, error code, RIP, CS, RFLAGS, RSP, SS. */
    .globl hv_exception_entry, hv_interrupt_entry
hv_exception_entry:
    testb $3, 24(%rsp)
    jnz  out_of_guest
    pushq %rax                   // hv's own fault, perhaps between the two roots
    movq hv_vcpus + HV_ROOT, %rax
    testq %rax, %rax             // not yet known while hv starts
    jz   1f
    movq %rax, %cr3
1:  popq %rax
    jmp  hv_own_exception

hv_interrupt_entry:
    testb $3, 24(%rsp)
    jz   hv_own_interrupt
out_of_guest:
    swapgs
    movq %rax, %gs:RAX
    movq %gs:HV_ROOT, %rax
    movq %rax, %cr3
    popq %rax
    popq %gs:ERROR_CODE
    popq %gs:RIP
    addq $8, %rsp
    popq %gs:RFLAGS
    popq %gs:RSP
    pushq $2                     // AC would open the guest's pages in spite of SMAP
    popfq
    jmp  save_and_return

    .section .note.GNU-stack, "", @progbits
