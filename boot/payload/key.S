// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The public key of a stage that asks for signatures: kKeyPlace (slot.h) until `wick pack` writes the key over it, behind
// kKeyMark, by which `wick update` finds it.

#ifdef WICK_UEFI
    .section .rdata, "dr"
#else
    .section .rodata.stage_key, "a", @progbits
#endif
    .globl stage_key
    .ascii "wick: slots are signed by a key:"
stage_key:
    .ascii "wick pack puts a public key here"
