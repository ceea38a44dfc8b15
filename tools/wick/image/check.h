// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What must hold of every linked image, checked before it may be called finished.

#include "image/facts.h"

namespace wick::tool {

/// W^X of every segment, a boot protocol or pages that the monitor can map, a build-id, the memory budget, and that
/// only allowed calls are linked.
/// @param elf the full image with symbols
Result<void> check_image(const Elf& elf, const ImageFacts& facts);

}  // namespace wick::tool
