// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whose code an image is made of: the names of linked objects become Wick's own parts, the application, and libraries
// of others with version, licence and archive as their wraps pin them.

#include <string>
#include <vector>

#include "base/file.h"
#include "pack/link_map.h"

namespace wick::tool {

/// Sources of others, as a wrap names them.
struct Wrap {
  std::string directory;  ///< "lwip-2.2.1": part of the name of each object that comes from there
  std::string url;        ///< empty: the Debian archive alone has it
  std::string pool;       ///< below the Debian archive's pool; empty: it isn't there
  std::string sha256;     ///< of the archive
};

/// What an SBOM says of one part; an empty field is unknown.
struct Part {
  std::string name = {}, version = {}, licence = {}, supplier = {}, url = {}, pool = {}, sha256 = {};
  auto operator<=>(const Part&) const = default;
};

Result<std::vector<Wrap>> wraps_in(const fs::path& folder);

/// The parts that `objects` come from, each once, by name. `application` is the image's own code.
std::vector<Part> parts_of(const LinkedObjects& objects, const std::vector<Wrap>& wraps, const Part& application);

}  // namespace wick::tool
