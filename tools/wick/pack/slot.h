// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A slot of a disk (boot/payload/slot.h): the appliance as the boot stages find it, with its boot line.

#include <string>

#include "image/facts.h"
#include "run/command_line.h"

namespace wick::tool {

/// @param block configuration block; may be empty
/// @return header and payload, whole sectors
Result<std::string> slot_bytes(const Elf& elf, const ImageFacts& facts, const std::string& command_line,
                               std::string_view block);

}  // namespace wick::tool
