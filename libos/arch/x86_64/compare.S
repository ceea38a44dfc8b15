/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * memcmp and strlen, before picolibc's, which go by words and bytes: sixteen bytes at a time, in the registers of SSE2.
 * Databases compare keys all day. strlen reads aligned, so that it never touches a page behind the string's end. */

  .section .text.memcmp, "ax", @progbits
  .globl memcmp
  .type memcmp, @function
  .balign 16
memcmp:
  endbr64
  cmpq $16, %rdx
  jb 4f
  subq $16, %rdx                 // where the last sixteen begin
  xorl %eax, %eax
  jmp 2f
  .balign 16
1:
  movdqu (%rdi, %rax), %xmm0
  movdqu (%rsi, %rax), %xmm1
  pcmpeqb %xmm1, %xmm0
  pmovmskb %xmm0, %ecx
  subl $0xffff, %ecx
  jne 3f
  addq $16, %rax
2:
  cmpq %rdx, %rax
  jb 1b
  movq %rdx, %rax
  movdqu (%rdi, %rax), %xmm0
  movdqu (%rsi, %rax), %xmm1
  pcmpeqb %xmm1, %xmm0
  pmovmskb %xmm0, %ecx
  subl $0xffff, %ecx
  je 9f
3:                               // the lowest bit of the difference is the first byte that differs
  bsfl %ecx, %ecx
  addq %rcx, %rax
  movzbl (%rsi, %rax), %ecx
  movzbl (%rdi, %rax), %eax
  subl %ecx, %eax
  ret
4:
  cmpl $8, %edx
  jb 5f
  movq (%rdi), %rax
  movq (%rsi), %rcx
  cmpq %rcx, %rax
  jne 7f
  movq -8(%rdi, %rdx), %rax
  movq -8(%rsi, %rdx), %rcx
  cmpq %rcx, %rax
  jne 7f
  jmp 9f
5:
  cmpl $4, %edx
  jb 6f
  movl (%rdi), %eax
  movl (%rsi), %ecx
  cmpl %ecx, %eax
  jne 7f
  movl -4(%rdi, %rdx), %eax
  movl -4(%rsi, %rdx), %ecx
  cmpl %ecx, %eax
  jne 7f
  jmp 9f
6:
  subl $1, %edx
  jb 9f
  movzbl (%rdi), %eax
  movzbl (%rsi), %ecx
  incq %rdi
  incq %rsi
  subl %ecx, %eax
  je 6b
  ret
7:                               // as numbers whose first byte is the highest
  bswapq %rax
  bswapq %rcx
  cmpq %rcx, %rax
  sbbl %eax, %eax
  orl $1, %eax
  ret
9:
  xorl %eax, %eax
  ret
  .size memcmp, . - memcmp

  .section .text.strlen, "ax", @progbits
  .globl strlen
  .type strlen, @function
  .balign 16
strlen:
  endbr64
  pxor %xmm0, %xmm0
  movq %rdi, %rax
  andq $-16, %rax
  movdqa (%rax), %xmm1
  pcmpeqb %xmm0, %xmm1
  pmovmskb %xmm1, %edx
  movl %edi, %ecx
  andl $15, %ecx
  shrl %cl, %edx                 // without what stands before the string
  bsfl %edx, %eax
  jnz 2f
  movq %rdi, %rax
  andq $-16, %rax
1:
  addq $16, %rax
  movdqa (%rax), %xmm1
  pcmpeqb %xmm0, %xmm1
  pmovmskb %xmm1, %edx
  testl %edx, %edx
  jz 1b
  bsfl %edx, %edx
  subq %rdi, %rax
  addq %rdx, %rax
2:
  ret
  .size strlen, . - strlen

  .section .note.GNU-stack, "", @progbits
