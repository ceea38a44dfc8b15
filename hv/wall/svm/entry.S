/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Around VMRUN (AMD APM volume 2, §15.5): the processor switches RAX, RSP, RIP, RFLAGS and the control registers; the
 * other registers are ours to switch. FS base and vector registers stay the guest's: hv uses neither. */

    .section .text.svm, "ax", @progbits
    .code64
    .globl hv_svm_run
/* void hv_svm_run(Vcpu* vcpu, Vmcb* vmcb) */
hv_svm_run:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    pushq %rdi
    movq %rsi, %rax
    clgi                         // with GIF 0, IF says whether hardware interrupts end the guest's run
    sti
    movq 8(%rdi), %rbx
    movq 16(%rdi), %rcx
    movq 24(%rdi), %rdx
    movq 32(%rdi), %rsi
    movq 48(%rdi), %rbp
    movq 64(%rdi), %r8
    movq 72(%rdi), %r9
    movq 80(%rdi), %r10
    movq 88(%rdi), %r11
    movq 96(%rdi), %r12
    movq 104(%rdi), %r13
    movq 112(%rdi), %r14
    movq 120(%rdi), %r15
    movq 40(%rdi), %rdi
    vmrun %rax
    pushq %rdi
    movq 8(%rsp), %rdi
    popq 40(%rdi)
    movq %rbx, 8(%rdi)
    movq %rcx, 16(%rdi)
    movq %rdx, 24(%rdi)
    movq %rsi, 32(%rdi)
    movq %rbp, 48(%rdi)
    movq %r8, 64(%rdi)
    movq %r9, 72(%rdi)
    movq %r10, 80(%rdi)
    movq %r11, 88(%rdi)
    movq %r12, 96(%rdi)
    movq %r13, 104(%rdi)
    movq %r14, 112(%rdi)
    movq %r15, 120(%rdi)
    cli
    stgi
    popq %rdi
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret

    .section .note.GNU-stack, "", @progbits
