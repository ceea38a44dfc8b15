// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The last steps, without firmware. hand_over(), in the stage's own code, goes on with a copy of hand_over_code that lies
// outside of the payload's segments. That copies them with paging off, where no table and no right of the firmware
// matters, and starts the payload in long mode with four levels of tables, however many the firmware had. No interrupt
// comes and no stack is used.

#define CODE32 0x08
#define CODE64 0x10              /* the boot protocol's __BOOT_CS, and __BOOT_DS */
#define DATA 0x18
#define CR0_PG 0x80000000
#define CR4_PAE 0x20
#define CR4_PGE 0x80
#define PML4 0x1000              /* where what lies behind the code: struct HandOver */
#define PARAMETERS 0x7000
#define ELF_ENTRY 24             /* payload/elf.h */
#define ELF_SEGMENTS_AT 32
#define ELF_SEGMENTS 56
#define SEGMENT_BYTES 56
#define SEGMENT_AT 8
#define SEGMENT_PHYSICAL 24
#define SEGMENT_FILE_BYTES 32
#define SEGMENT_MEMORY_BYTES 40
#define LOADED 1

    .text
    .balign 64                   // on one page of the tables
    .globl hand_over, hand_over_code, hand_over_code_end
hand_over:                       // tables in RCX, code in RDX, file in R8
    cli
    cld
    movq %cr4, %rax
    andq $~CR4_PGE, %rax         // no translation of the firmware's stays
    movq %rax, %cr4
    movq %rcx, %cr3
    jmpq *%rdx

    .balign 16
hand_over_code:
    endbr64
    leaq hand_over_code(%rip), %rbx
    movl %r8d, %ebp
    leaq gdt(%rip), %rax
    movq %rax, gdt_pointer + 2(%rip)
    leaq in_32(%rip), %rax
    movl %eax, to_32(%rip)
    leaq in_64(%rip), %rax
    movl %eax, to_64(%rip)
    lgdtq gdt_pointer(%rip)
    ljmpl *to_32(%rip)

    .code32
in_32:
    movl $DATA, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movl %cr0, %eax
    andl $~CR0_PG, %eax
    movl %eax, %cr0
    movl $CR4_PAE, %eax          // LA57 can be turned off here only
    movl %eax, %cr4

    movl ELF_SEGMENTS_AT(%ebp), %edx
    addl %ebp, %edx
    movzwl ELF_SEGMENTS(%ebp), %eax
    movl %eax, left - hand_over_code(%ebx)
1:  decl left - hand_over_code(%ebx)
    js   3f
    cmpl $LOADED, (%edx)
    jne  2f
    movl SEGMENT_AT(%edx), %esi
    addl %ebp, %esi
    movl SEGMENT_PHYSICAL(%edx), %edi
    movl SEGMENT_FILE_BYTES(%edx), %ecx
    shrl $2, %ecx
    rep movsl
    movl SEGMENT_FILE_BYTES(%edx), %ecx
    andl $3, %ecx
    rep movsb
    xorl %eax, %eax
    movl SEGMENT_MEMORY_BYTES(%edx), %ecx
    subl SEGMENT_FILE_BYTES(%edx), %ecx
    movl %ecx, %esi
    shrl $2, %ecx
    rep stosl
    movl %esi, %ecx
    andl $3, %ecx
    rep stosb
2:  addl $SEGMENT_BYTES, %edx
    jmp  1b

3:  movl ELF_ENTRY(%ebp), %edi
    leal PML4(%ebx), %eax
    movl %eax, %cr3
    movl %cr0, %eax
    orl  $CR0_PG, %eax           // LME is still set
    movl %eax, %cr0
    ljmpl *to_64 - hand_over_code(%ebx)

    .code64
in_64:
    leal PARAMETERS(%rbx), %esi
    jmpq *%rdi

    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff     // 32-bit code
    .quad 0x00af9b000000ffff     // 64-bit code
    .quad 0x00cf93000000ffff     // data
gdt_pointer:
    .short . - gdt - 1
    .quad 0
to_32:
    .long 0
    .short CODE32
to_64:
    .long 0
    .short CODE64
left:
    .long 0
hand_over_code_end:
