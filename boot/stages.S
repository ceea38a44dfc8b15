// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The finished stages as data of the tool (tools/wick/pack/stages.h).

    .macro stage name, file
    .globl \name, \name\()_end
    .balign 8
\name:
    .incbin "\file"
\name\()_end:
    .endm

    .section .rodata, "a", @progbits
    stage wick_bios_first, mbr.bin
    stage wick_bios_second, bios.bin
    stage wick_bios_second_signed, bios-signed.bin
    stage wick_uefi, uefi.efi
    stage wick_uefi_signed, uefi-signed.efi

    .section .note.GNU-stack, "", @progbits
