// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The way in, by PVH, and out of the loader in load.cpp: into long mode on Firecracker's tables, with its registers
// (its arch/x86_64/regs.rs), to the image's own entry.

    .section .note.Xen, "a", @note
    .balign 4
    .long 4, 4, 18               // XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .balign 4
    .long entry

    .section .text, "ax", @progbits
    .code32
    .globl entry
entry:
    movl $stack_top, %esp
    pushl %ebx
    call load                    // @return EAX the image's entry
    movl %eax, %ebx
    lgdt gdt_pointer
    movl $0x20, %eax             // PAE
    movl %eax, %cr4
    movl $0x9000, %eax           // PML4
    movl %eax, %cr3
    movl $0xc0000080, %ecx       // EFER: LME
    rdmsr
    orl  $0x100, %eax
    wrmsr
    movl $0x80000011, %eax       // PG, ET, PE
    movl %eax, %cr0
    ljmpl $0x08, $1f
    .code64
1:  movl $0x10, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss
    movl $0x8ff0, %esp           // BOOT_STACK_POINTER
    movl %esp, %ebp
    movl $0x7000, %esi           // boot_params
    jmpq *%rbx

    .section .data, "aw", @progbits
    .balign 8
gdt:
    .quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff
gdt_pointer:
    .short . - gdt - 1
    .long gdt

    .bss
    .skip 4096
stack_top:

    .section .note.GNU-stack, "", @progbits
