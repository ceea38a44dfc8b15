// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Runs Ninja or Meson and shows how far it is: one line that moves on a terminal, a line every tenth elsewhere. What
// compilers say is passed on, the rest only when it ends badly.

#include "base/process.h"

namespace wick::tool {

/// Runs Ninja. @param what for the user: "building http"
Result<void> run_ninja(const Arguments& arguments, const std::string& what);

/// Runs Meson's configuration; its words are shown only on failure.
Result<void> run_meson(const Arguments& arguments, const std::string& what, const fs::path& directory);

}  // namespace wick::tool
