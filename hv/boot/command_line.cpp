// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The few words of the command line that are hv's own; libos reads the rest.

#include "boot/boot.h"

namespace wick::hv {

std::string_view command_line_value(std::string_view line, std::string_view key) {
  while (!line.empty()) {
    const auto space = line.find(' ');
    const auto word = line.substr(0, space);
    if (word.size() > key.size() && word.starts_with(key) && word[key.size()] == '=') return word.substr(key.size() + 1);
    if (space == std::string_view::npos) break;
    line.remove_prefix(space + 1);
  }
  return {};
}

}  // namespace wick::hv
