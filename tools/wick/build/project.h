// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Building a project: the profile's build folder is made on first use, learns of the project, and is then left to
// Ninja. A project may lie anywhere; all of a profile share one build folder and so the libraries in it.

#include "manifest/manifest.h"

namespace wick::tool {

struct Built {
  fs::path image;  ///< what boots
  fs::path debug;  ///< the same with symbols
};

/// @param profile overrides the manifest's unless empty
Result<Built> build_project(const fs::path& directory, const std::string& profile);

/// Builds exactly these projects in the build folder of a profile, which forgets all others.
/// @return the build folder
Result<fs::path> build_projects(const std::vector<fs::path>& directories, const std::string& profile);

/// The projects that a build folder knows, as Meson's option `apps` has them.
std::vector<std::string> configured_projects(const fs::path& folder);

}  // namespace wick::tool
