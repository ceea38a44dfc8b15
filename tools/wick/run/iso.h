// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A GRUB ISO image around an appliance: what a BIOS machine without -kernel boots.

#include <string>

#include "base/file.h"

namespace wick::tool {

/// Writes `iso`. @param configuration file of the configuration block, given as module; may be empty
Result<void> make_iso(const fs::path& image, const std::string& command_line, const fs::path& configuration,
                      const fs::path& iso);

}  // namespace wick::tool
