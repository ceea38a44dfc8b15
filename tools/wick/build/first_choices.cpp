// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "build/first_choices.h"

#include <algorithm>

#include "base/architecture.h"

namespace wick::tool {

std::string subproject_calls(const std::string& text) {
  constexpr std::string_view kCall = "subproject(";
  std::string calls;
  for (std::size_t at = 0; (at = text.find(kCall, at)) != text.npos;) {
    std::size_t end = std::min(text.find(')', at), text.size());
    calls += text.substr(at, end - at) + ")\n";
    at = end;
  }
  return calls;
}

std::string first_choices(const fs::path& root, const std::string& profile) {
  return read_file(root / "build-profiles" / (profile_target(profile) + ".ini")).value_or("") +
         subproject_calls(read_file(root / "meson.build").value_or(""));
}

}  // namespace wick::tool
