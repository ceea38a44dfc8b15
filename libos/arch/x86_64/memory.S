/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * memcpy, memmove and memset, before picolibc's. Those write 256 bytes and more past the caches, so that whoever works
 * on what has just been copied waits for memory; these use the registers of SSE2, which every x86-64 processor has. Up
 * to 128 bytes everything is read before anything is written, longer ranges go by 64 bytes from the end that an overlap
 * allows. No string instructions: an emulator takes them byte by byte, and processors take long to start them. */

  .section .text.wick_copy, "ax", @progbits
  .globl memcpy, memmove
  .type memcpy, @function
  .type memmove, @function
  .balign 16
memcpy:
memmove:
  endbr64
  movq %rdi, %rax
  cmpq $16, %rdx
  jb 3f
  movups (%rsi), %xmm0
  movups -16(%rsi, %rdx), %xmm1
  cmpq $32, %rdx
  ja 1f
  movups %xmm0, (%rdi)
  movups %xmm1, -16(%rdi, %rdx)
  ret
1:
  movups 16(%rsi), %xmm2
  movups -32(%rsi, %rdx), %xmm3
  cmpq $64, %rdx
  ja 2f
  movups %xmm0, (%rdi)
  movups %xmm2, 16(%rdi)
  movups %xmm3, -32(%rdi, %rdx)
  movups %xmm1, -16(%rdi, %rdx)
  ret
2:
  movups 32(%rsi), %xmm4
  movups 48(%rsi), %xmm5
  movups -64(%rsi, %rdx), %xmm6
  movups -48(%rsi, %rdx), %xmm7
  cmpq $128, %rdx
  ja 6f
  movups %xmm0, (%rdi)
  movups %xmm2, 16(%rdi)
  movups %xmm4, 32(%rdi)
  movups %xmm5, 48(%rdi)
  movups %xmm6, -64(%rdi, %rdx)
  movups %xmm7, -48(%rdi, %rdx)
  movups %xmm3, -32(%rdi, %rdx)
  movups %xmm1, -16(%rdi, %rdx)
  ret
3:
  cmpl $8, %edx
  jb 4f
  movq (%rsi), %rcx
  movq -8(%rsi, %rdx), %r8
  movq %rcx, (%rdi)
  movq %r8, -8(%rdi, %rdx)
  ret
4:
  cmpl $4, %edx
  jb 5f
  movl (%rsi), %ecx
  movl -4(%rsi, %rdx), %r8d
  movl %ecx, (%rdi)
  movl %r8d, -4(%rdi, %rdx)
  ret
5:
  testl %edx, %edx
  jz 9f
  movl %edx, %r9d
  shrl $1, %r9d                  // of one byte the first, of two the last, of three the one between
  movzbl (%rsi), %ecx
  movzbl (%rsi, %r9), %r10d
  movzbl -1(%rsi, %rdx), %r8d
  movb %cl, (%rdi)
  movb %r10b, (%rdi, %r9)
  movb %r8b, -1(%rdi, %rdx)
  ret
6:
  leaq -64(%rdi, %rdx), %r8      // where the last 64 bytes go
  movq %rdi, %rcx
  subq %rsi, %rcx
  cmpq %rdx, %rcx
  jb 8f                          // the target begins within the source
  movl %edi, %ecx                // forward, to multiples of 16: the first bytes come from %xmm8
  andl $15, %ecx
  negq %rcx
  leaq 16(%rsi, %rcx), %rsi
  leaq 16(%rdi, %rcx), %rdi
  movaps %xmm0, %xmm8
7:
  movups (%rsi), %xmm0
  movups 16(%rsi), %xmm2
  movups 32(%rsi), %xmm4
  movups 48(%rsi), %xmm5
  movaps %xmm0, (%rdi)
  movaps %xmm2, 16(%rdi)
  movaps %xmm4, 32(%rdi)
  movaps %xmm5, 48(%rdi)
  addq $64, %rsi
  addq $64, %rdi
  cmpq %r8, %rdi
  jb 7b
  movups %xmm8, (%rax)
  movups %xmm6, (%r8)
  movups %xmm7, 16(%r8)
  movups %xmm3, 32(%r8)
  movups %xmm1, 48(%r8)
  ret
8:
  movaps %xmm0, %xmm8            // backward: the first 64 bytes are in %xmm8, %xmm2, %xmm4 and %xmm5
  .balign 16
1:
  movups -16(%rsi, %rdx), %xmm0
  movups -32(%rsi, %rdx), %xmm1
  movups -48(%rsi, %rdx), %xmm3
  movups -64(%rsi, %rdx), %xmm6
  movups %xmm0, -16(%rdi, %rdx)
  movups %xmm1, -32(%rdi, %rdx)
  movups %xmm3, -48(%rdi, %rdx)
  movups %xmm6, -64(%rdi, %rdx)
  subq $64, %rdx
  cmpq $64, %rdx
  ja 1b
  movups %xmm8, (%rdi)
  movups %xmm2, 16(%rdi)
  movups %xmm4, 32(%rdi)
  movups %xmm5, 48(%rdi)
9:
  ret
  .size memcpy, . - memcpy
  .size memmove, . - memmove

  .section .text.memset, "ax", @progbits
  .globl memset
  .type memset, @function
  .balign 16
memset:
  endbr64
  movq %rdi, %rax
  movzbl %sil, %ecx
  movabsq $0x0101010101010101, %r8
  imulq %r8, %rcx                // the byte, eight times
  cmpq $16, %rdx
  jb 2f
  movq %rcx, %xmm0
  punpcklqdq %xmm0, %xmm0
  movups %xmm0, (%rdi)
  movups %xmm0, -16(%rdi, %rdx)
  cmpq $32, %rdx
  jbe 5f
  movups %xmm0, 16(%rdi)
  movups %xmm0, -32(%rdi, %rdx)
  cmpq $64, %rdx
  jbe 5f
  movups %xmm0, -64(%rdi, %rdx)
  movups %xmm0, -48(%rdi, %rdx)
  leaq -64(%rdi, %rdx), %rdx     // where the last 64 bytes are, which are done
  addq $32, %rdi
  andq $-16, %rdi                // the first ones are done as far as here, too
  cmpq %rdx, %rdi
  jae 5f
1:
  movaps %xmm0, (%rdi)
  movaps %xmm0, 16(%rdi)
  movaps %xmm0, 32(%rdi)
  movaps %xmm0, 48(%rdi)
  addq $64, %rdi
  cmpq %rdx, %rdi
  jb 1b
  ret
2:
  cmpl $8, %edx
  jb 3f
  movq %rcx, (%rdi)
  movq %rcx, -8(%rdi, %rdx)
  ret
3:
  cmpl $4, %edx
  jb 4f
  movl %ecx, (%rdi)
  movl %ecx, -4(%rdi, %rdx)
  ret
4:
  testl %edx, %edx
  jz 5f
  movb %cl, (%rdi)
  movb %cl, -1(%rdi, %rdx)
  shrl $1, %edx
  movb %cl, (%rdi, %rdx)
5:
  ret
  .size memset, . - memset

  .section .note.GNU-stack, "", @progbits
