// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace wick::tool {

/// "wick 0.1.0 (contract 1.2)"
std::string version_text();

}  // namespace wick::tool
