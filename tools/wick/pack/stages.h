// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The boot stages that this tool carries within itself (boot/stages.S).

#include <string_view>

namespace wick::tool {

extern "C" const char wick_bios_first[], wick_bios_first_end[], wick_bios_second[], wick_bios_second_end[];
extern "C" const char wick_uefi[], wick_uefi_end[];

/// For the first sector of the disk; its last 16 bytes are the packet that asks the BIOS for the second one.
inline std::string_view first_stage() { return {wick_bios_first, wick_bios_first_end}; }
/// Whole sectors.
inline std::string_view second_stage() { return {wick_bios_second, wick_bios_second_end}; }

/// A PE/COFF program, whole sectors.
inline std::string_view uefi_stage() { return {wick_uefi, wick_uefi_end}; }

}  // namespace wick::tool
