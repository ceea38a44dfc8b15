// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Deployment settings for a machine that a boot loader starts: words of the kernel command line, or, as soon as one of
// them holds what a word can't carry byte for byte through every loader, lines of a configuration block.

#include <string>
#include <vector>

#include "base/result.h"

namespace wick::tool {

struct BootSettings {
  std::vector<std::string> arguments;    ///< replace those of the manifest
  std::vector<std::string> environment;  ///< "NAME=value"
  std::string append;                    ///< words as they are
};

struct BootTexts {
  std::string command_line;
  std::string block;  ///< empty: the user's own file, if any, is the configuration block as it is
};

/// The user's configuration block. @param file empty: there is none, and no text in it
Result<std::string> read_configuration(const std::string& file);

/// @param block text of the user's configuration block
Result<BootTexts> boot_texts(const BootSettings& settings, const std::string& block);

}  // namespace wick::tool
