// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The folders that the user shares with a guest: which one stands behind which volume.

#include <string>
#include <vector>

#include "base/result.h"

namespace wick::tool {

struct SharedFolder {
  std::string name;    ///< the volume's serial
  std::string folder;  ///< an absolute path
};

/// @param texts "[NAME=]FOLDER"  @param volumes names of the manifest's: folders without one get those that are free,
/// in their order
Result<std::vector<SharedFolder>> open_shares(const std::vector<std::string>& texts,
                                              const std::vector<std::string>& volumes);

}  // namespace wick::tool
