// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The embedded root file system as assembly: the table that libos/fs/rom.h describes, and the files behind it.

#include <string>

#include "manifest/manifest.h"

namespace wick::tool {

Result<std::string> rom_assembly(const Manifest& manifest);

/// Depfile text: the outputs depend on every embedded file and folder.
std::string rom_dependencies(const Manifest& manifest, const std::string& output);

}  // namespace wick::tool
