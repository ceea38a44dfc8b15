/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * wick_fault_entry: here hv lets the guest go on after a fault, once, before it counts as a crash (abi/note.h,
 * NoteType::fault), with the crash record, on the faulting stack, which may be used up: nothing is pushed there. An
 * application may have a function of its own instead, wick_guest_fault. Linked for a program that makes threads or handles signals:
 * the note belongs to this section. */
  .section .text.wick_fault_entry, "ax", @progbits
  .globl wick_fault_entry
  .type wick_fault_entry, @function
  .balign 16
wick_fault_entry:
  endbr64
  movq %rsp, %rsi
  leaq wick_fault_stack_end(%rip), %rsp
  subq $512, %rsp
  fxsave64 (%rsp)
  movq %rsp, %rdx
  xorl %ebp, %ebp
  call wick_fault_arrived
  ud2
  .size wick_fault_entry, . - wick_fault_entry

  .section .note.Wick.fault, "ao", @note, .text.wick_fault_entry
  .balign 4
  .long 5, 8, 7
  .asciz "Wick"
  .balign 4
  .quad wick_fault_entry

  .section .wick.served, "ao", @progbits, .text.wick_fault_entry
  .weak hv_show_faults           // of wall `none` (machine/none/machine.h, Served)
  .quad hv_show_faults, wick_fault_entry, 0

  .section .bss.wick_fault_stack, "aw", @nobits
  .balign 16
  .skip 4096
wick_fault_stack_end:
  .section .note.GNU-stack, "", @progbits
