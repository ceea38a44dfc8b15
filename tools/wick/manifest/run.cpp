// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [run]: what the application is started with. Defaults that the boot configuration may change.

#include <fmt/format.h>

#include <algorithm>

#include "abi/settings.h"
#include "manifest/sections.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

bool is_variable(std::string_view text) {
  auto letter = [](char c) { return c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); };
  return !text.empty() && letter(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

constexpr std::size_t kMaxOfRun = kMaxBakedSettings - 28;  ///< the others are the name, the network's and the volumes'

void check_count(Table& section, const Manifest& manifest) {
  const std::size_t count = manifest.arguments.size() + manifest.environment.size();
  if (count <= kMaxOfRun) return;
  section.faults().add(section.place(),
                       fmt::format("[run] has {} arguments and variables; an image holds {}.", count, kMaxOfRun),
                       "put long lists into a file of [files].");
}

/// The configuration block is made of lines.
void check_line(Table& table, const Located<std::string>& text, std::string_view what) {
  if (text.value.find_first_of(std::string_view("\n\r\0", 3)) == std::string::npos) return;
  table.faults().add(text.place, fmt::format("{} holds a line break or NUL.", what),
                     "boot configuration is made of single lines.");
}

}  // namespace

void read_run(Table& root, Manifest& manifest) {
  auto section = root.table("run");
  if (!section) return;
  for (const auto& argument : section->strings("arguments")) {
    check_line(*section, argument, "An element of run.arguments");
    manifest.arguments.push_back(argument.value);
  }
  if (auto environment = section->table("environment")) {
    for (const auto& [name, value] : environment->pairs()) {
      if (!is_variable(name.value)) {
        root.faults().add(name.place, fmt::format("\"{}\" is not the name of an environment variable.", name.value),
                          "use letters, digits and underscores, no digit first.");
      }
      check_line(*section, value, "run.environment." + name.value);
      manifest.environment.emplace_back(name.value, value.value);
    }
    std::ranges::sort(manifest.environment);
  }
  if (auto linger = section->string("linger")) {
    if (auto time = parse_duration(linger->value))
      manifest.linger = *time;
    else
      section->faults().add(linger->place, fmt::format("run.linger \"{}\" is not a time.", linger->value),
                            "write a number with ms, s or m behind it, for example \"5s\".");
  }
  check_count(*section, manifest);
  section->finish();
}

}  // namespace wick::tool
