// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Some things Meson takes in only when a build folder is made: the machine file and the options that the root project
// gives its subprojects. When they change later, as by an update of the toolkit, the folder must be made anew.

#include <string>

#include "base/result.h"
#include "build/tree.h"

namespace wick::tool {

/// Text that differs when a folder of `profile` must be made anew.
std::string first_choices(const fs::path& root, const std::string& profile);

/// The `subproject(...)` calls of a meson.build.
std::string subproject_calls(const std::string& meson_build);

}  // namespace wick::tool
