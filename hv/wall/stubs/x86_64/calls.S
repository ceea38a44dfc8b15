/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The guest's side of a wall that traps: each call loads its number and runs through wick_trap, whose bytes the loader
 * of the guest replaces by the wall's own instruction. So one guest fits behind every wall. Part of the guest, and
 * unprivileged. A call that nobody makes isn't linked: each has a section of its own. */

    .macro call name, number
    .section .text.wick_call_\name, "ax", @progbits
    .globl wick_call_\name
    .type wick_call_\name, @function
wick_call_\name:
    movl $\number, %eax
    jmp wick_trap
    .size wick_call_\name, . - wick_call_\name
    .endm

    call exit, 0
    call console, 1
    call yield, 2
    call notify, 3
    call wall_clock, 4
    call entropy, 5
    call vcpu_start, 6
    call vcpu_kick, 7
    call seal, 8
    call watchdog, 9
    call checkpoint, 10

    .section .text.wick_trap, "ax", @progbits
    .balign 16
    .globl wick_trap
    .type wick_trap, @function
wick_trap:                       // kTrapBytes; not patched: a crash, never a call that silently does nothing
    .rept 8
    ud2
    .endr
    .size wick_trap, . - wick_trap

    .section .note.Wick, "a", @note
    .balign 4
    .long 5, 24, 4               // EntryNote (abi/note.h)
    .asciz "Wick"
    .balign 4
    .weak wick_guest_fault
    .quad wick_guest_start, wick_trap, wick_guest_fault
    .long 5, 16, 5               // LayoutNote
    .asciz "Wick"
    .balign 4
    .quad wick_stack_guard + 4096, wick_stack_top

    .section .note.GNU-stack, "", @progbits
