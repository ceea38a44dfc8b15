// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The software bill of materials of an image, as SPDX 2.3 in JSON (spdx.github.io/spdx-spec/v2.3): what its link map
// says is in it, and nothing else. The same image has the same bytes of SBOM, wherever and whenever it is asked for.

#include "image/facts.h"
#include "pack/parts.h"

namespace wick::tool {

/// The document. `parts` are those of parts_of().
std::string sbom_text(const ImageFacts& facts, const std::vector<Part>& parts);

/// The same from what the build left beside `debug`, the image with symbols; `project` may have wraps of its own. Fails
/// when the map isn't there, or `debug` is of another build than the image.
Result<std::string> sbom_of(const Elf& image, const ImageFacts& facts, const fs::path& debug, const fs::path& project);

}  // namespace wick::tool
