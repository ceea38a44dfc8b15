// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `wick pack` can make: one row a format.

#include <span>
#include <string>
#include <string_view>

#include "base/file.h"

namespace wick::tool {

struct Format {
  std::string_view name, suffix, summary;
  /// @param disk all bytes of the raw disk
  Result<void> (*write)(std::string_view disk, const fs::path& to);
};

std::span<const Format> formats();
const Format* find_format(std::string_view name);
std::string format_help();  ///< "raw, qcow2 or …"

}  // namespace wick::tool
