// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Deployment settings as words of the kernel command line: key=value, quoted where the value holds blanks.

#include <string>
#include <vector>

#include "base/result.h"

namespace wick::tool {

struct BootSettings {
  std::vector<std::string> arguments;    ///< replace those of the manifest
  std::vector<std::string> environment;  ///< "NAME=value"
  std::string append;                    ///< words as they are
};

Result<std::string> kernel_command_line(const BootSettings& settings);

}  // namespace wick::tool
