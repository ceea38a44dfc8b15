/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * void wick_switch_context(ThreadContext* from, const ThreadContext* to): the layout on the stack is the one that
 * prepare_stack() in arch/thread_context.h builds. Callee-saved state only (System V ABI §3.2.1): the caller of a
 * function expects no more. */
  .section .text.wick_switch_context, "ax", @progbits
  .globl wick_switch_context
  .type wick_switch_context, @function
  .balign 16
wick_switch_context:
  endbr64
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  subq $8, %rsp
  stmxcsr (%rsp)
  fnstcw 4(%rsp)
  movq %rsp, 0(%rdi)
  movq 0(%rsi), %rsp
  movq 8(%rsi), %rdi
  cmpb $0, wick_thread_pointer_by_trap(%rip)
  jne 2f
  wrfsbase %rdi
1:
  ldmxcsr (%rsp)
  fldcw 4(%rsp)
  addq $8, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  retq
2:
  movl $-1, %eax                  # kSetThreadPointer (abi/note.h)
  callq wick_trap
  jmp 1b
  .weak wick_trap                 # wall `none` has none
  .size wick_switch_context, . - wick_switch_context
  .section .note.GNU-stack, "", @progbits
