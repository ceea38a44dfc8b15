// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/version.h"

#include <fmt/format.h>

#include "abi/bootinfo.h"

namespace wick::tool {

std::string version_text() { return fmt::format("wick {} (contract {}.{})", WICK_VERSION, kAbiMajor, kAbiMinor); }

}  // namespace wick::tool
