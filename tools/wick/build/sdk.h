// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// An SDK: a folder with compilers, and with the files by which CMake, Meson and configure scripts learn of them.

#include <string>

#include "base/file.h"

namespace wick::tool {

/// Makes it, or brings it up to date; what is right already is left alone.
Result<void> write_sdk(const fs::path& root, const fs::path& sdk, const std::string& profile);

}  // namespace wick::tool
