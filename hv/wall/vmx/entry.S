/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Around VMLAUNCH and VMRESUME (Intel SDM volume 3, §27.3, §28.5): the processor switches RSP, RIP, RFLAGS, segments and
 * control registers; the other registers are ours to switch. Vector registers stay the guest's: hv uses none. */

#define HOST_RSP 0x6c14

    .section .text.vmx, "ax", @progbits
    .code64
    .globl hv_vmx_run, hv_vmx_exit
/* bool hv_vmx_run(Vcpu* vcpu, bool again): false when the processor refused to enter the guest. */
hv_vmx_run:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    pushq %rdi
    movl $HOST_RSP, %eax
    vmwrite %rsp, %rax
    testb %sil, %sil             // nothing below changes ZF
    movq (%rdi), %rax
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
    jz   1f
    vmresume
    jmp  2f
1:  vmlaunch
2:  xorl %eax, %eax              // reached only when the entry failed
    popq %rdi
    jmp  3f
hv_vmx_exit:
    pushq %rdi
    movq 8(%rsp), %rdi
    popq 40(%rdi)
    movq %rax, (%rdi)
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
    popq %rdi
    movl $1, %eax
3:  popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret

/* void hv_vmx_allow_nmis(): after an exit by an NMI the processor holds the next one until an IRETQ (§6.7.1). */
    .globl hv_vmx_allow_nmis
hv_vmx_allow_nmis:
    movq %rsp, %rax
    movl %ss, %ecx
    pushq %rcx
    pushq %rax
    pushfq
    movl %cs, %ecx
    pushq %rcx
    leaq 1f(%rip), %rcx
    pushq %rcx
    iretq
1:  ret

    .section .note.GNU-stack, "", @progbits
