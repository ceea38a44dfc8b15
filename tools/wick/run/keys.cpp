// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/terminal.h"
#include "base/text.h"

namespace wick::tool {

void remark_on_keys(const std::vector<std::string>& keys, const ImageFacts& facts) {
  for (const std::string& name : facts.keys)
    if (std::ranges::none_of(keys, [&](const std::string& key) { return key.starts_with(name + "="); }))
      remark(fmt::format("the key \"{}\" has no file; give one with --key {}=FILE.", name, name));
}

Result<std::string> key_lines(const std::vector<std::string>& keys, const ImageFacts& facts) {
  if (!keys.empty() && facts.wall == Wall::none)
    return fail(fmt::format("{} has no wall, and so nobody who could keep a key from it.", facts.name),
                "build it with --wall ring, vm, hosted or process.");
  std::string lines;
  for (const std::string& key : keys) {
    const std::size_t equals = key.find('=');
    if (equals == 0 || equals == key.npos || equals + 1 == key.size())
      return fail(fmt::format("\"{}\" is no key.", key), "write --key NAME=FILE, with a name of the manifest's.");
    const std::string name = key.substr(0, equals), file = key.substr(equals + 1);
    if (std::ranges::find(facts.keys, name) == facts.keys.end())
      return fail(fmt::format("{} knows no key \"{}\".", facts.name, name),
                  "keys.names in its wick.toml has the names.");
    auto text = read_file(file);
    if (!text) return std::unexpected(text.error());
    if (!text->contains("PRIVATE KEY-----")) return fail(fmt::format("The key {} is no private key in PEM.", file));
    lines += fmt::format("key.{}={}\n", name, join(split(*text, '\n'), "\\n"));
  }
  return lines;
}

}  // namespace wick::tool
