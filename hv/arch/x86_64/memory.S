/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The functions that the compiler calls by itself (GCC manual, "Standards"). Behind a wall hv has its own: the guest's
 * are the guest's memory, and use vector registers, which are the guest's too. */

    .macro function name
    .section .text.\name, "ax", @progbits
    .globl \name
    .type \name, @function
\name:
    .endm

    function memcpy
    movq %rdi, %rax
    movq %rdx, %rcx
    shrq $3, %rcx
    rep movsq
    movl %edx, %ecx
    andl $7, %ecx
    rep movsb
    ret

    function memmove
    movq %rdi, %rax
    subq %rsi, %rax
    cmpq %rdx, %rax              // unsigned: only a target inside of the source's bytes must go backwards
    jae  memcpy
    movq %rdi, %rax
    movq %rdx, %rcx
    leaq -1(%rdi,%rdx), %rdi
    leaq -1(%rsi,%rdx), %rsi
    std
    rep movsb
    cld
    ret

    function memset
    movq %rdi, %r8
    movzbl %sil, %eax
    movabsq $0x0101010101010101, %rcx
    imulq %rcx, %rax
    movq %rdx, %rcx
    shrq $3, %rcx
    rep stosq
    movl %edx, %ecx
    andl $7, %ecx
    rep stosb
    movq %r8, %rax
    ret

    function memcmp
    movq %rdx, %rcx
    xorl %eax, %eax
    testq %rcx, %rcx
    jz   1f
    repe cmpsb
    je   1f
    movzbl -1(%rdi), %eax
    movzbl -1(%rsi), %ecx
    subl %ecx, %eax
1:  ret

    function memchr
    movq %rdi, %r8
    movl %esi, %eax
    movq %rdx, %rcx
    testq %rcx, %rcx
    jz   1f
    repne scasb
    jne  1f
    leaq -1(%rdi), %rax
    ret
1:  xorl %eax, %eax
    ret

    function strlen
    movq %rdi, %r8
    xorl %eax, %eax
    movq $-1, %rcx
    repne scasb
    movq $-2, %rax
    subq %rcx, %rax
    ret

    .section .note.GNU-stack, "", @progbits
