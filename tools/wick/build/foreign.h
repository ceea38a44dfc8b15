// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Runs CMake, Meson, a configure script or make with the compilers of an SDK that the toolkit keeps for each profile.

#include "manifest/manifest.h"

namespace wick::tool {

/// Configures where that is new or has changed, then builds: what is up to date is the foreign build system's to know.
/// @param name the appliance's, for the user
Result<void> run_foreign_build(const fs::path& root, const ForeignBuild& build, const std::string& name,
                               const std::string& profile);

}  // namespace wick::tool
