/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Without a wall every exception and interrupt is taken at hv's own level, whoever ran. */

    .section .text.entry, "ax", @progbits
    .globl hv_exception_entry, hv_interrupt_entry
hv_exception_entry:
    jmp hv_own_exception
hv_interrupt_entry:
    jmp hv_own_interrupt

    .section .note.GNU-stack, "", @progbits
