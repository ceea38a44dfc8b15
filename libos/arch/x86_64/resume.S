/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The way into the handler of a fault's signal, and back (posix/on_demand/signals/faults.cpp). */
  .text
/* [[noreturn]] void wick_start_on_stack(void* top, void (*function)(void*), void* argument) */
  .globl wick_start_on_stack
  .type wick_start_on_stack, @function
  .balign 16
wick_start_on_stack:
  endbr64
  movq %rdi, %rsp
  andq $-16, %rsp
  xorl %ebp, %ebp
  movq %rdx, %rdi
  call *%rsi
  ud2
  .size wick_start_on_stack, . - wick_start_on_stack

/* void wick_call_on_stack(void* top, void (*function)(void*), void* argument) */
  .globl wick_call_on_stack
  .type wick_call_on_stack, @function
  .balign 16
wick_call_on_stack:
  endbr64
  pushq %rbp
  movq %rsp, %rbp
  movq %rdi, %rsp
  andq $-16, %rsp
  movq %rdx, %rdi
  call *%rsi
  movq %rbp, %rsp
  popq %rbp
  retq
  .size wick_call_on_stack, . - wick_call_on_stack

/* [[noreturn]] void wick_resume(const CrashRegisters* registers, const void* vectors): goes on as if nothing had been between. The
 * three words below the stack pointer are lost, as code here has no red zone. */
  .globl wick_resume
  .type wick_resume, @function
  .balign 16
wick_resume:
  endbr64
  fxrstor64 (%rsi)
  movq 56(%rdi), %rax
  movq 128(%rdi), %rcx
  movq %rcx, -8(%rax)
  movq 136(%rdi), %rcx
  movq %rcx, -16(%rax)
  movq 40(%rdi), %rcx
  movq %rcx, -24(%rax)
  movq 8(%rdi), %rbx
  movq 16(%rdi), %rcx
  movq 24(%rdi), %rdx
  movq 32(%rdi), %rsi
  movq 48(%rdi), %rbp
  movq 64(%rdi), %r8
  movq 72(%rdi), %r9
  movq 80(%rdi), %r10
  movq 88(%rdi), %r11
  movq 96(%rdi), %r12
  movq 104(%rdi), %r13
  movq 112(%rdi), %r14
  movq 120(%rdi), %r15
  leaq -24(%rax), %rsp
  movq 0(%rdi), %rax
  popq %rdi
  popfq
  retq
  .size wick_resume, . - wick_resume

  .section .note.GNU-stack, "", @progbits
