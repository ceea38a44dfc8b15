// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The first instructions. PVH (Xen docs/misc/pvh.pandoc) and multiboot2 (§3.3) both enter in 32-bit protected mode
// without paging; EBX points to the loader's information and EAX tells a multiboot2 loader apart. Linux' 64-bit protocol
// enters in long mode with RSI pointing to it, on tables that may be anywhere: it goes back to where the others begin.
// This maps the first GiB identically and goes on in hv_start(); paging.cpp builds the real address space in the same
// tables.

#define CR0_BITS 0x80010033  /* PG, WP, NE, ET, MP, PE */
#define CR4_BITS 0x620       /* OSXMMEXCPT, OSFXSR, PAE */
#define MSR_EFER 0xc0000080
#define EFER_BITS 0x900      /* NXE, LME */
#define PAGE_1GIB (1 << 26)  /* CPUID 0x80000001 EDX */
#define TABLE 3              /* present, writable */
#define LARGE_PAGE 0x83      /* present, writable, large */

    .section .multiboot2, "a", @progbits
    .balign 8
mb2_header:
    .long 0xe85250d6, 0, mb2_end - mb2_header, -(0xe85250d6 + (mb2_end - mb2_header))
    .balign 8
    .short 3, 0                  // entry address
    .long 12, hv_entry
    .balign 8
    .short 0, 0
    .long 8
mb2_end:

    .section .note.Xen, "a", @note
    .balign 4
    .long 4, 4, 18               // XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .balign 4
    .long hv_entry

    .section .boot, "ax", @progbits
    .code64
    .globl hv_entry, hv_entry64
hv_entry64:
    movl $0x20, %eax             // PAE alone: what paging can be turned off with
    movq %rax, %cr4
    lgdt boot_gdt_pointer
    ljmpl *boot_32bit
    .code32
0:  movl $0x10, %eax
    movl %eax, %ds
    movl $0x11, %eax             // ET, PE
    movl %eax, %cr0
    movl $0x53726448, %eax       // linux.cpp's magic
    movl %esi, %ebx
hv_entry:
    cli
    cld
    movl %eax, %ebp              // kept in registers: the loader's data may stand anywhere, .bss included
    movl %ebx, %esi

    // First GiB, all rights: one page where the processor has such, else 2 MiB pages.
    movl $0x80000001, %eax
    cpuid
    testl $PAGE_1GIB, %edx
    jz   1f
    movl $LARGE_PAGE, boot_pdpt
    jmp  3f
1:  movl $boot_pd, %edi
    movl $LARGE_PAGE, %eax
    movl $512, %ecx
2:  movl %eax, (%edi)
    addl $0x200000, %eax
    addl $8, %edi
    decl %ecx
    jnz  2b
    movl $boot_pd + TABLE, boot_pdpt
3:  movl $boot_pdpt + TABLE, boot_pml4

    movl $CR4_BITS, %eax
    movl %eax, %cr4
    movl $boot_pml4, %eax
    movl %eax, %cr3
    movl $MSR_EFER, %ecx
    rdmsr
    orl  $EFER_BITS, %eax
    wrmsr
    movl $CR0_BITS, %eax
    movl %eax, %cr0
    lgdt boot_gdt_pointer
    ljmpl $0x08, $4f

    .code64
4:  movl $0x10, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %fs
    movl %eax, %gs
    movl $hv_stack_top, %esp
    movl %ebp, %edi              // magic
    movl %esi, %esi              // information; also clears the upper half
    xorl %ebp, %ebp
    call hv_start
    ud2

    .section .boot.rodata, "a", @progbits
    .balign 8
boot_gdt:
    .quad 0
    .quad 0x00af9b000000ffff     // 64-bit code
    .quad 0x00cf93000000ffff     // data
    .quad 0x00cf9b000000ffff     // 32-bit code
boot_gdt_pointer:
    .short . - boot_gdt - 1
    .quad boot_gdt
boot_32bit:
    .long 0b, 0x18

    .section .hv.tables, "aw", @nobits
    .balign 4096
    .globl boot_pml4, boot_pdpt, boot_pd
boot_pml4:
    .skip 4096
boot_pdpt:
    .skip 4096
boot_pd:
    .skip 4096

    .section .note.GNU-stack, "", @progbits
