// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/absent.h"

#include <fmt/format.h>

#include "base/text.h"

namespace wick::tool {

/// A line is NAME[,NAME...] SENTENCE.
Result<Absent> Absent::load(const fs::path& root) {
  const fs::path path = root / "tools/wick/absent.txt";
  auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  Absent absent;
  unsigned number = 0;
  for (const std::string& line : split(*text, '\n')) {
    number++;
    if (trim(line).empty() || line.starts_with('#')) continue;
    const std::size_t blank = line.find(' ');
    const std::string sentence(blank == line.npos ? std::string_view() : trim(std::string_view(line).substr(blank)));
    if (sentence.empty()) return fail(fmt::format("{}:{}: a line is NAME[,NAME] SENTENCE.", path.string(), number));
    for (const std::string& name : split(line.substr(0, blank), ',')) {
      if (name.empty() || !absent.sentences_.emplace(name, sentence).second)
        return fail(fmt::format("{}:{}: \"{}\" has a sentence already.", path.string(), number, name));
    }
  }
  return absent;
}

std::string_view Absent::about(std::string_view name) const {
  const auto found = sentences_.find(name);
  return found == sentences_.end() ? std::string_view() : found->second;
}

}  // namespace wick::tool
