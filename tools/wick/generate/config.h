// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The baked runtime configuration and the ELF notes. The configuration's lines are those that a boot module or the
// kernel command line may give, too; the manifest note is what hv, `wick run` and `wick inspect` know an image by.

#include <string>

#include "manifest/manifest.h"

namespace wick::tool {

std::string config_text(const Manifest& manifest);
std::string note_text(const Manifest& manifest);
std::string config_assembly(const Manifest& manifest);

}  // namespace wick::tool
