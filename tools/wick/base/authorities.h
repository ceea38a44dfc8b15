// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How old the certificates of authorities are that manifests embed for clients of TLS. Reads a folder's dates only.

#include <chrono>

#include "base/file.h"

namespace wick::tool {

struct AuthoritiesAge {
  bool there = false;       ///< else nothing is installed
  std::chrono::days age{};  ///< of the newest file, which has the date of the package that it came with
  bool old = false;         ///< authorities have gone and come since
};

/// @param folder where the distribution puts them: `/usr/share/ca-certificates`
AuthoritiesAge age_of_authorities(const fs::path& folder);

}  // namespace wick::tool
