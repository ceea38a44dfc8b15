// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The sources that a project takes from elsewhere, fetched when it is first built. The fetching is a script's, which
// the launcher also uses for what every image is made of.

#include "base/file.h"

namespace wick::tool {

/// Has what the project's wick.toml names in application.sources_from on this machine. A manifest with faults of its
/// own is no error here: load_manifest tells them.
/// @param project as for load_manifest
Result<void> fetch_upstream(const fs::path& project);

}  // namespace wick::tool
