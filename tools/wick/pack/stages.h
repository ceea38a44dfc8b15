// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The boot stages that this tool carries within itself (boot/stages.S).

#include <string_view>

namespace wick::tool {

extern "C" const char boot_bios_first[], boot_bios_first_end[], boot_bios_second[], boot_bios_second_end[];
extern "C" const char boot_uefi[], boot_uefi_end[];

/// For the first sector of the disk; its last 16 bytes are the packet that asks the BIOS for the second one.
inline std::string_view first_stage() { return {boot_bios_first, boot_bios_first_end}; }
/// Whole sectors.
inline std::string_view second_stage() { return {boot_bios_second, boot_bios_second_end}; }

/// A PE/COFF program, whole sectors.
inline std::string_view uefi_stage() { return {boot_uefi, boot_uefi_end}; }

}  // namespace wick::tool
