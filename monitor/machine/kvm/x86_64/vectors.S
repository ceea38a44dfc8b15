/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The page of code that the monitor puts into the guest: everything in it runs in ring 3. An exception's gate leads to
 * its stub, on a stack of its own; both kinds of exit are an OUT to a port that the TSS's bitmap opens. */

#include "monitor/machine/kvm/x86_64/stub_ports.h"

    .section .rodata.kvm_vectors, "a", @progbits
    .balign 16
    .globl wick_kvm_vectors, wick_kvm_call, wick_kvm_call_done, wick_kvm_vectors_end
wick_kvm_vectors:
    .set vector, 0
    .rept 32
    .balign 16                   // stub n begins at n * 16
    .if vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21
    .else
    pushq $0                     // the processor pushes no error code for this one
    .endif
    pushq $vector
    outb %al, $FAULT_PORT
    ud2
    .set vector, vector + 1
    .endr

    .balign 16
wick_kvm_call:                   // where wick_trap jumps to; registers as docs/abi.md says
    outb %al, $CALL_PORT
wick_kvm_call_done:
    ret
wick_kvm_vectors_end:

    .section .note.GNU-stack, "", @progbits
