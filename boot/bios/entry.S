// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The second stage begins here, in real mode at 0x8000 with the drive in DL: A20, long mode on tables for the first GiB,
// then the C++ part. bios_call() goes back to real mode for one interrupt of the BIOS. All that it touches there lies below
// 64 KiB.

#define CODE64 0x08
#define DATA 0x10
#define CODE32 0x18
#define CODE16 0x20
#define DATA16 0x28
#define TABLES 0x1000            /* three pages: below the stack, which begins at 0x7c00 */

    .section .entry, "ax", @progbits
    .code16
    .globl _start
_start:
    cli
    movb %dl, boot_drive
    movw $0x2401, %ax            // A20, by the BIOS and by the chipset's fast gate
    int  $0x15
    inb  $0x92, %al
    orb  $2, %al
    andb $0xfe, %al
    outb %al, $0x92
    cli
    xorl %eax, %eax
    movl $TABLES, %edi
    movl $0x3000 / 4, %ecx
    rep stosl
    movl $TABLES + 0x1003, TABLES
    movl $TABLES + 0x2003, TABLES + 0x1000
    movl $TABLES + 0x2000, %edi
    movl $0x83, %eax             // present, writable, 2 MiB
    movl $512, %ecx
1:  movl %eax, (%edi)
    addl $0x200000, %eax
    addl $8, %edi
    loop 1b
    movl $0x620, %eax            // OSXMMEXCPT, OSFXSR, PAE
    movl %eax, %cr4
    movl $TABLES, %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx       // EFER
    rdmsr
    orl  $0x100, %eax            // LME
    wrmsr
    lgdtl gdt_pointer
    movl $0x80000013, %eax       // PG, ET, MP, PE
    movl %eax, %cr0
    ljmpl $CODE64, $begin64

    .code64
begin64:
    movl $DATA, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movl $0x7c00, %esp
    movl $stage_bss_end, %ecx
    movl $stage_bss, %edi
    subl %edi, %ecx
    xorl %eax, %eax
    rep stosb
    call bios_main
2:  hlt
    jmp  2b

// void bios_call(uint8_t interrupt): by `bios_registers`, which also takes what comes back.
    .globl bios_call
bios_call:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movb %dil, number + 1
    movq %rsp, stack
    ljmpl *to_32

    .code32
in_32:
    movl $DATA, %eax
    movl %eax, %ss
    movl %cr0, %eax
    andl $0x7fffffff, %eax
    movl %eax, %cr0
    ljmp $CODE16, $in_16

    .code16
in_16:
    movw $DATA16, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movl %cr0, %eax
    andb $0xfe, %al
    movl %eax, %cr0
    ljmp $0, $real
real:
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movl bios_registers, %eax
    movl bios_registers + 4, %ebx
    movl bios_registers + 8, %ecx
    movl bios_registers + 12, %edx
    movl bios_registers + 16, %esi
    movl bios_registers + 20, %edi
    sti
number:
    int  $0
    cli
    cld
    pushfl
    pushw %ds
    pushw $0
    popw %ds
    movl %eax, bios_registers
    movl %ebx, bios_registers + 4
    movl %ecx, bios_registers + 8
    popw %ax
    popl %eax
    movl %eax, bios_registers + 24
    movl %cr0, %eax
    orl  $0x80000001, %eax
    movl %eax, %cr0              // LME is still set, and the tables stand
    ljmpl $CODE64, $back

    .code64
back:
    movl $DATA, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movq stack, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret

    .balign 8
gdt:
    .quad 0
    .quad 0x00af9b000000ffff     // 64-bit code
    .quad 0x00cf93000000ffff     // data
    .quad 0x00cf9b000000ffff     // 32-bit code
    .quad 0x00009b000000ffff     // 16-bit code
    .quad 0x000093000000ffff     // 16-bit data
gdt_pointer:
    .short . - gdt - 1
    .long gdt
to_32:
    .long in_32
    .short CODE32
    .globl boot_drive
boot_drive:
    .byte 0

    .bss
    .balign 8
    .globl bios_registers
bios_registers:
    .skip 32
stack:
    .skip 8
