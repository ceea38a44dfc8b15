// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/link_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace wick::tool {
namespace {

constexpr std::string_view kHeading = "             VMA              LMA     Size Align Out     In      Symbol";
// Right-aligned columns, each with a space behind it; what an input section is called stands eight further right.
constexpr std::size_t kSize = 34, kSizeEnd = 42, kOut = 49, kIn = kOut + 8;
// Sections without a place in memory. What is relocatable has no addresses by which to tell them.
constexpr std::string_view kOutside[] = {".debug",    ".comment", ".symtab", ".strtab",
                                         ".shstrtab", ".rel",     ".llvm",   ".note.GNU-stack"};

std::optional<std::uint64_t> number(std::string_view column) {
  column = trim(column);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(column.data(), column.data() + column.size(), value, 16);
  if (error != std::errc{} || end != column.data() + column.size()) return {};
  return value;
}

/// The object of a line "address load size align         OBJECT:(SECTION)"; empty for other lines and for what has no
/// place in memory.
std::string_view object_of(std::string_view line) {
  if (line.size() <= kIn || !trim(line.substr(kOut, kIn - kOut)).empty() || line[kIn] == ' ') return {};
  if (number(line.substr(kSize, kSizeEnd - kSize)).value_or(0) == 0) return {};
  const std::string_view entry = line.substr(kIn);
  const std::size_t section = entry.find(":(");
  if (section == entry.npos || entry.back() != ')' || entry.starts_with("<internal>")) return {};
  const std::string_view name = entry.substr(section + 2);
  if (std::ranges::any_of(kOutside, [&](std::string_view outside) { return name.starts_with(outside); })) return {};
  return entry.substr(0, section);
}

}  // namespace

Result<LinkedObjects> linked_objects(std::string_view map, const std::string& name) {
  if (!map.starts_with(kHeading)) return fail(fmt::format("{} is no map of a linker's.", name));
  LinkedObjects objects;
  for (std::size_t at = 0; at < map.size();) {
    const std::size_t end = std::min(map.find('\n', at), map.size());
    const std::string_view line = map.substr(at, end - at);
    const std::string_view object = object_of(line);
    at = end + 1;
    if (object.empty()) continue;
    if (object.ends_with(".lto.o"))
      return fail(fmt::format("{} says nothing of the parts: they were made into one object (profile tiny).", name),
                  "ask for the SBOM of the same image in profile cloud.");
    objects.emplace(object);
  }
  if (objects.empty()) return fail(fmt::format("{} lists no object.", name));
  return objects;
}

}  // namespace wick::tool
