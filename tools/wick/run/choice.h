// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who runs a project or an image that the user names (run/vmm.h). Decided before anything is built: the choice decides
// what is.

#include "build/target.h"
#include "run/vmm.h"

namespace wick::tool {

/// @param path a project's folder or an image  @param profile instead of the manifest's, unless empty
Result<VmmChoice> choose_for(const std::string& path, const std::string& profile, const RunOptions& options);

/// What the choice runs, built where it is a project.
Result<Target> open_chosen(const std::string& path, const std::string& profile, const RunOptions& options,
                           const VmmChoice& choice);

}  // namespace wick::tool
