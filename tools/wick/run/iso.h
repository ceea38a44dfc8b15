// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A GRUB ISO image around an appliance: what a machine without -kernel boots, by its BIOS or its UEFI.

#include <string>

#include "base/file.h"

namespace wick::tool {

/// Writes `iso`. @param configuration file of the configuration block, given as module; may be empty
/// @param uefi the disc boots under UEFI instead of a BIOS
Result<void> make_iso(const fs::path& image, const std::string& command_line, const fs::path& configuration,
                      const fs::path& iso, bool uefi);

}  // namespace wick::tool
