// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/hardware.h"

#include <algorithm>

namespace wick::tool {

const Hardware* find_hardware(const std::string& name) {
  const auto all = hardware();
  const auto found = std::ranges::find_if(all, [&](const Hardware& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string hardware_help() {
  std::string text = std::string(hardware().front().name) + " (default)";
  for (const Hardware& other : hardware().subspan(1)) text += std::string(" or ") + other.name;
  return text;
}

}  // namespace wick::tool
