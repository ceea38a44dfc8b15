// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "build/target.h"

#include <fmt/format.h>

namespace wick::tool {

Result<Target> open_target(const std::string& path, const std::string& profile, std::optional<Wall> wall) {
  std::error_code error;
  Built built{path, path + ".debug"};
  if (fs::is_directory(path, error)) {
    auto done = build_project(behind_wall(path, wall), profile);
    if (!done) return std::unexpected(done.error());
    built = *done;
  } else if (!fs::exists(path, error)) {
    return fail(fmt::format("There is no project or image {}.", path),
                "`wick new NAME` makes a project to start from.");
  } else if (wall) {
    return fail("--wall chooses how a project is built; an image has its wall already.",
                "name the project's folder instead of the image.");
  }
  auto elf = Elf::open(built.image);
  if (!elf) return std::unexpected(elf.error());
  auto facts = image_facts(*elf, built.image);
  if (!facts) return std::unexpected(facts.error());
  return Target{built, std::move(*elf), std::move(*facts)};
}

}  // namespace wick::tool
