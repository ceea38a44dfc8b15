// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a project needs before its manifest can be read to the end: the sources that it takes from elsewhere, and what a
// build system of somebody else's makes of them.

#include "base/file.h"

namespace wick::tool {

/// Has both on this machine. A manifest with faults of its own is no error here: load_manifest tells them.
/// @param project as for load_manifest
/// @param profile overrides the manifest's unless empty
Result<void> prepare_project(const fs::path& project, const std::string& profile);

/// Whether sources are fetched for it that not every image is made of.
bool fetches_sources(const fs::path& root, const fs::path& project);

}  // namespace wick::tool
