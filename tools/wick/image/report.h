// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `wick inspect` tells about an image, for people and for programs.

#include "image/facts.h"

namespace wick::tool {

std::string report_text(const Elf& elf, const ImageFacts& facts);
std::string report_json(const Elf& elf, const ImageFacts& facts);

}  // namespace wick::tool
