// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What the compiler calls for copies, by the string instructions, in the two calling conventions: System V's for the BIOS
// stage, Microsoft's, which UEFI has, for the other one.

#ifdef WICK_UEFI
#define TO %rcx
#define FROM %rdx
#define VALUE %dl
#define COUNT %r8
#else
#define TO %rdi
#define FROM %rsi
#define VALUE %sil
#define COUNT %rdx
#endif

    .text
    .globl memcpy, memset, memcmp
memcpy:
    movq %rdi, %r10
    movq %rsi, %r11
    movq TO, %rax
    movq COUNT, %r9
    movq FROM, %rsi
    movq %rax, %rdi
    movq %r9, %rcx
    shrq $3, %rcx
    rep movsq
    movl %r9d, %ecx
    andl $7, %ecx
    rep movsb
    movq %r10, %rdi
    movq %r11, %rsi
    ret

memset:
    movq %rdi, %r10
    movq TO, %r11
    movq COUNT, %r9
    movzbl VALUE, %eax
    movabsq $0x0101010101010101, %rcx
    imulq %rcx, %rax
    movq %r11, %rdi
    movq %r9, %rcx
    shrq $3, %rcx
    rep stosq
    movl %r9d, %ecx
    andl $7, %ecx
    rep stosb
    movq %r11, %rax
    movq %r10, %rdi
    ret

memcmp:                          // equal or not is all that anybody asks
    movq %rdi, %r10
    movq %rsi, %r11
    movq COUNT, %r9
    movq FROM, %rsi
    movq TO, %rdi
    movq %r9, %rcx
    xorl %eax, %eax
    repe cmpsb
    setne %al
    movq %r10, %rdi
    movq %r11, %rsi
    ret
