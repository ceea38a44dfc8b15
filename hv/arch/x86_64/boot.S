// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The first instructions. PVH (Xen docs/misc/pvh.pandoc) and multiboot2 (§3.3) both enter here in 32-bit protected
// mode without paging; EBX points to the loader's information and EAX tells a multiboot2 loader apart. This builds the
// first GiB of the identity map in 2 MiB pages and goes on in hv_start(); paging.cpp refines the same tables later.

#define CR0_BITS 0x80010033  /* PG, WP, NE, ET, MP, PE */
#define CR4_BITS 0x620       /* OSXMMEXCPT, OSFXSR, PAE */
#define MSR_EFER 0xc0000080
#define EFER_BITS 0x900      /* NXE, LME */

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
    .code32
    .globl hv_entry
hv_entry:
    cli
    cld
    movl %eax, %ebp              // kept in registers: the loader's data may stand anywhere, .bss included
    movl %ebx, %esi

    // First GiB: 2 MiB pages, executable only where the image stands.
    movl $boot_pd, %edi
    movl $0x83, %eax             // present, writable, large
    xorl %edx, %edx
    movl $boot_pd_image_entries, %ecx
1:  movl %eax, (%edi)
    movl %edx, 4(%edi)
    addl $0x200000, %eax
    addl $8, %edi
    decl %ecx
    jnz  1b
    testl %edx, %edx
    jnz  2f
    movl $0x80000000, %edx       // NX
    movl $boot_pd_other_entries, %ecx
    jmp  1b
2:  movl $boot_pd + 3, boot_pdpt
    movl $boot_pdpt + 3, boot_pml4

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
    ljmpl $0x08, $3f

    .code64
3:  movl $0x10, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %fs
    movl %eax, %gs
    movl $wick_stack_top, %esp
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
boot_gdt_pointer:
    .short . - boot_gdt - 1
    .long boot_gdt

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
