// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/command_line.h"

#include <algorithm>

#include "base/number.h"

namespace wick::hv {

std::string_view command_line_value(std::string_view line, std::string_view key) {
  while (!line.empty()) {
    const auto space = std::min(line.find(' '), line.size());
    const std::string_view word{line.data(), space};
    if (word.size() > key.size() && word.starts_with(key) && word[key.size()] == '=')
      return without(word, key.size() + 1);
    line.remove_prefix(std::min(space + 1, line.size()));
  }
  return {};
}

}  // namespace wick::hv
