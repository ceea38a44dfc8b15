// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The partition that UEFI looks for a loader on (UEFI 2.10, §13.3): a FAT file system with one file in it.

#include <string>
#include <string_view>

#include "base/result.h"

namespace wick::tool {

/// @param loader a PE/COFF program
/// @return the same bytes for the same loader
Result<std::string> system_partition(std::string_view loader);

/// The loader on it. Fails when there is none that can be read.
Result<std::string> loader_on(std::string_view partition);

}  // namespace wick::tool
