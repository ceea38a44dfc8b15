// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/known_faults.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <sstream>

#include "base/text.h"

namespace wick::tool {
namespace {

/// Numbers of a version, compared one by one.
bool is_older(const std::string& one, const std::string& other) {
  auto numbers = [](const std::string& text) {
    std::vector<unsigned> list;
    for (const std::string& part : split(text, '.')) {
      unsigned value = 0;
      std::from_chars(part.data(), part.data() + part.size(), value);
      list.push_back(value);
    }
    return list;
  };
  return numbers(one) < numbers(other);
}

/// Name to version of each wrap. Its folder is NAME-VERSION.
std::map<std::string, std::string> pinned(const fs::path& root) {
  std::map<std::string, std::string> versions;
  std::error_code error;
  for (const auto& wrap : fs::directory_iterator(root / "subprojects", error)) {
    if (wrap.path().extension() != ".wrap") continue;
    for (const std::string& line : split(read_file(wrap.path()).value_or(""), '\n')) {
      const std::size_t equals = line.find('='), dash = line.rfind('-');
      if (equals == line.npos || trim(line.substr(0, equals)) != "directory" || dash == line.npos || dash < equals)
        continue;
      std::string version(trim(std::string_view(line).substr(dash + 1)));
      if (version.starts_with('v')) version.erase(0, 1);
      versions[wrap.path().stem().string()] = version;
    }
  }
  return versions;
}

}  // namespace

Result<KnownFaults> known_faults(const fs::path& root) {
  const fs::path path = root / "tools/wick/known_faults.txt";
  auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  const auto versions = pinned(root);
  KnownFaults faults;
  faults.libraries = static_cast<unsigned>(versions.size());
  unsigned number = 0;
  for (const std::string& line : split(*text, '\n')) {
    number++;
    if (trim(line).empty() || line.starts_with('#')) continue;
    std::istringstream words(line);
    std::string name, fixed, where, which;
    words >> name >> fixed;
    if (name == "checked" && !fixed.empty()) {
      faults.checked = fixed;
      continue;
    }
    words >> where;
    std::getline(words, which);
    which = std::string(trim(which));
    if (which.empty() || (where != "built" && where != "guarded" && where != "unused"))
      return fail(
          fmt::format("{}:{}: a line is LIBRARY VERSION|none built|guarded|unused SENTENCE.", path.string(), number));
    const auto version = versions.find(name);
    if (version == versions.end() || (fixed != "none" && !is_older(version->second, fixed))) continue;
    const std::string until = fixed == "none" ? "no release is without it" : "fixed in " + fixed;
    (where == "built" ? faults.open : faults.harmless)
        .push_back(fmt::format("{} {}: {} ({}, {})", name, version->second, which, until, where));
  }
  if (faults.checked.empty()) return fail(fmt::format("{} has no date.", path.string()));
  return faults;
}

}  // namespace wick::tool
