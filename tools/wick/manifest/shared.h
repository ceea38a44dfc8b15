// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// application.same_as: one list of sources for several projects. The [application] of one manifest stands for
// another's, with paths that go from where it is written. Reads that manifest and touches nothing else of it.

#include <toml++/toml.h>

#include "base/file.h"

namespace wick::tool {

struct SharedApplication {
  fs::path file;
  toml::table document;
  const toml::table& application() const { return *document["application"].as_table(); }
};

/// @param directory of the manifest that asks  @param name what it says, a folder
/// @return the error has a place where it is the other manifest's
Result<SharedApplication> shared_application(const fs::path& directory, const std::string& name);

}  // namespace wick::tool
