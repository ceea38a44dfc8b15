// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What tools/wick/known_faults.txt knows of the pinned sources below subprojects/. Reads these files only.

#include <string>
#include <vector>

#include "base/file.h"

namespace wick::tool {

struct KnownFaults {
  std::string checked;                ///< the list's date
  unsigned libraries = 0;             ///< wraps that were compared with it
  std::vector<std::string> open;      ///< faults in what images are built of, one sentence each
  std::vector<std::string> harmless;  ///< those that Wick keeps away or doesn't build
};

/// @param root of the toolkit
/// @return an error when the list is missing, has no date or a line that says nothing
Result<KnownFaults> known_faults(const fs::path& root);

}  // namespace wick::tool
