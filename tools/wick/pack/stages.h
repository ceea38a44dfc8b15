// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The boot stages that this tool carries within itself (boot/stages.S): those that start what is whole, and those that
// start what a key has signed.

#include <cstdint>
#include <string>

#include "pack/signing_key.h"

namespace wick::tool {

/// For the first sector of a disk or block of a CD: 440 bytes.
/// @param first, count  where the BIOS finds the second stage, in its drive's own blocks
std::string first_stage(std::uint64_t first, std::uint16_t count);
/// Whole sectors. @param trusted the key that it asks for; null: none
std::string second_stage(const PublicKey* trusted);
/// A PE/COFF program. @param trusted likewise
std::string uefi_stage(const PublicKey* trusted);

}  // namespace wick::tool
