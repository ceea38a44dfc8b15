/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * wick_guest_preempt: here hv lets the guest go on, at any instruction of it, when its time slice is over (abi/note.h,
 * SliceNote). All registers are those of the interrupted program, and so they are again when it goes on. Within a guard
 * (sched/lock.h) it does so at once, and the wish for a switch stays behind. Linked for a program that makes threads:
 * note and entry belong to this section. */

#define UNUSED 128               /* what may be in use below a stack's end (System V ABI, section 3.2.2) */
#define INTERRUPTED 24           /* of the event page (abi/event.h) */
#define NO_WISH 0x80000000       /* sched/vcpu.h */

/* Vcpu, sched/vcpu.h */
#define HOLDS wick_vcpus(%rip)
#define EVENTS wick_vcpus + 8(%rip)
/* Preemption, sched/preemption.cpp */
#define PARTS wick_preemption(%rip)
#define ROOM wick_preemption + 8(%rip)

  .section .text.wick_guest_preempt, "ax", @progbits
  .globl wick_guest_preempt
  .type wick_guest_preempt, @function
  .balign 16
wick_guest_preempt:
  leaq -UNUSED - 8(%rsp), %rsp   // no flag has changed up to the next instruction
  pushfq
  pushq %rax
  pushq %rcx
  cld
  movq EVENTS, %rax
  movq INTERRUPTED(%rax), %rcx
  movq %rcx, 24(%rsp)            // the address to return to
  movq $0, INTERRUPTED(%rax)
  cmpl $NO_WISH, HOLDS
  jne 2f
  cmpq $0, ROOM
  je 4f
  .irp register, rdx, rsi, rdi, r8, r9, r10, r11, rbp
  pushq %\register
  .endr
  movq %rsp, %rbp
  subq ROOM, %rsp
  andq $-64, %rsp
  movl PARTS, %eax
  xorl %edx, %edx
  testl %eax, %eax
  jz 3f
  .irp word, 0, 8, 16, 24, 32, 40, 48, 56
  movq $0, 512 + \word(%rsp)     // XRSTOR wants the header clean, of which XSAVE writes a part
  .endr
  xsave64 (%rsp)
  fninit                         // the threads to come find an empty x87 stack
  call wick_preempted
  movl PARTS, %eax
  xorl %edx, %edx
  xrstor64 (%rsp)
1:
  movq %rbp, %rsp
  .irp register, rbp, r11, r10, r9, r8, rdi, rsi, rdx
  popq %\register
  .endr
  popq %rcx
  popq %rax
  popfq
  ret $UNUSED
2:
  andl $~NO_WISH, HOLDS
4:
  popq %rcx
  popq %rax
  popfq
  ret $UNUSED
3:
  fxsave64 (%rsp)
  fninit
  call wick_preempted
  fxrstor64 (%rsp)
  jmp 1b
  .size wick_guest_preempt, . - wick_guest_preempt

  .section .note.Wick.slice, "ao", @note, .text.wick_guest_preempt
  .balign 4
  .long 5, 16, 6                 // SliceNote
  .asciz "Wick"
  .balign 4
  .quad wick_guest_preempt, wick_slice

  .section .wick.served, "ao", @progbits, .text.wick_guest_preempt
  .weak hv_start_slices          // of wall `none` (machine/none/machine.h, Served)
  .quad hv_start_slices, wick_guest_preempt, wick_slice

  .section .note.GNU-stack, "", @progbits
