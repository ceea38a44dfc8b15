// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The boot stages that this tool carries within itself (boot/stages.S): those that start what is whole, and those that
// start what a key has signed.

#include <string>
#include <string_view>

#include "pack/signing_key.h"

namespace wick::tool {

extern "C" const char wick_bios_first[], wick_bios_first_end[];

/// For the first sector of the disk; its last 16 bytes are the packet that asks the BIOS for the second one.
inline std::string_view first_stage() { return {wick_bios_first, wick_bios_first_end}; }
/// Whole sectors. @param trusted the key that it asks for; null: none
std::string second_stage(const PublicKey* trusted);
/// A PE/COFF program. @param trusted likewise
std::string uefi_stage(const PublicKey* trusted);

}  // namespace wick::tool
