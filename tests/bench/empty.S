// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The floor to measure against: a guest that QEMU's PVH loader starts and that does nothing but end, through the debug
// exit port.

    .section .note.Xen, "a", @note
    .balign 4
    .long 4, 4, 18               // XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .balign 4
    .long entry

    .section .text, "ax", @progbits
    .code32
    .globl entry
entry:
    movl $0x501, %edx
    xorl %eax, %eax
    outl %eax, %dx
1:  hlt
    jmp  1b
