// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the user means by DIR or IMAGE: a project to build first, or a finished image.

#include "build/project.h"
#include "image/facts.h"

namespace wick::tool {

struct Target {
  Built built;
  Elf elf;
  ImageFacts facts;
};

Result<Target> open_target(const std::string& path, const std::string& profile, std::optional<Wall> wall = {});

}  // namespace wick::tool
