/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Around VMLAUNCH and VMRESUME (Intel SDM volume 3, §27.3, §28.5): the processor switches RSP, RIP, RFLAGS, segments and
 * control registers; the other registers are ours to switch. Vector registers stay the guest's: hv uses none. */

#include "guest/arch/x86_64/entry.h"

#define HOST_RSP 0x6c14

    .section .text.vmx, "ax", @progbits
    .code64
    .globl hv_vmx_run, hv_vmx_exit
/* bool hv_vmx_run(Vcpu* vcpu, std::uint64_t again): false when the processor refused to enter the guest. */
hv_vmx_run:
    push_each OWN
    pushq %rdi
    movl $HOST_RSP, %eax
    vmwrite %rsp, %rax
    testb %sil, %sil             // nothing below changes ZF
    load "", "(%rdi)", rax, KEPT, rcx, r11, rdi
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
    popq VCPU_rdi(%rdi)
    save "", "(%rdi)", rax, KEPT, rcx, r11
    popq %rdi
    movl $1, %eax
3:  pop_each OWN_BACK
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
