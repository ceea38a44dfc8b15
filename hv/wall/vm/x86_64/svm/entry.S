/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Around VMRUN (AMD APM volume 2, §15.5): the processor switches RAX, RSP, RIP, RFLAGS and the control registers; the
 * other registers are ours to switch. FS base and vector registers stay the guest's: hv uses neither. */

#include "guest/arch/x86_64/entry.h"

    .section .text.svm, "ax", @progbits
    .code64
    .globl hv_svm_run
/* void hv_svm_run(Vcpu* vcpu, Vmcb* vmcb) */
hv_svm_run:
    push_each OWN
    pushq %rdi
    movq %rsi, %rax
    clgi                         // with GIF 0, IF says whether hardware interrupts end the guest's run
    sti
    load "", "(%rdi)", KEPT, rcx, r11, rdi
    vmrun %rax
    pushq %rdi
    movq 8(%rsp), %rdi
    popq VCPU_rdi(%rdi)
    save "", "(%rdi)", KEPT, rcx, r11
    cli
    stgi
    popq %rdi
    pop_each OWN_BACK
    ret

    .section .note.GNU-stack, "", @progbits
