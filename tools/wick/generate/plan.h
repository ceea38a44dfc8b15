// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What Meson asks for at configure time: the manifest as `key<TAB>value` lines, one fact a line: values may hold
// spaces.

#include <string>

#include "manifest/manifest.h"

namespace wick::tool {

std::string plan_text(const Manifest& manifest);

}  // namespace wick::tool
