// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The first 440 bytes of the disk, which the BIOS starts in real mode at 0x7c00 with the drive in DL. They read the second
// stage, whose place `wick pack` fills in at the end of this code, and go on there.

    .code16
    .text
    .globl _start
_start:
    cli
    cld
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $0x7c00, %sp
    ljmp $0, $1f
1:  sti
    movb $0x41, %ah              // INT 13h extensions (EDD-3, §8.9)
    movw $0x55aa, %bx
    int  $0x13
    jc   fail
    cmpw $0xaa55, %bx
    jne  fail
    movw $packet, %si
    movb $0x42, %ah
    int  $0x13
    jc   fail
    ljmp $0, $0x8000

fail:
    movw $message, %si
2:  lodsb
    testb %al, %al
    jz   4f
    movb %al, %cl
    movb $0x0e, %ah              // onto the screen
    xorw %bx, %bx
    int  $0x10
    movw $0x3fd, %dx
    xorw %di, %di
3:  inb  %dx, %al                // onto COM1, should there be one
    testb $0x20, %al
    jnz  5f
    decw %di
    jnz  3b
5:  movb $0xf8, %dl
    movb %cl, %al
    outb %al, %dx
    jmp  2b
4:  hlt
    jmp  4b

message:
    .asciz "wick: the BIOS can't read the boot stage from this disk.\r\n"

    .org 424
packet:                          // EDD-3, §8.1: what is read, to where
    .byte 16, 0
count:
    .word 0
    .word 0x8000, 0
first:
    .quad 0
    .org 440
