// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "manifest/upstream.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/toolkit.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

constexpr std::size_t kDigest = 64;  ///< SHA-256 in hexadecimal
constexpr std::size_t kShown = 12;   ///< of it in the folder's name

/// The error says what is wrong with the wrap, without a place.
Result<Upstream> upstream_by(const fs::path& directory, const std::string& file) {
  const fs::path wrap = (directory / file).lexically_normal();
  if (wrap.extension() != ".wrap" || !is_name(wrap.stem().string()))
    return fail(fmt::format("\"{}\" is not the name of a wrap.", file),
                "its name ends in .wrap, with lower-case letters, digits and dashes before, a letter first.");
  auto text = read_file(wrap);
  if (!text)
    return fail(fmt::format("The wrap \"{}\" does not exist.", file), "paths are relative to the folder of wick.toml.");
  const std::string digest = wrap_value(*text, "source_hash"), top = wrap_value(*text, "directory");
  if (digest.size() != kDigest || digest.find_first_not_of("0123456789abcdef") != digest.npos || top.empty() ||
      top.find('/') != top.npos || wrap_value(*text, "source_filename").empty())
    return fail(fmt::format("The wrap \"{}\" doesn't name directory, source_filename and source_hash.", file),
                "source_hash is the archive's SHA-256, directory what it unpacks to.");
  auto root = toolkit_root();
  if (!root) return std::unexpected(root.error());
  return Upstream{wrap.stem().string(), wrap,
                  *root / "build/sources" / fmt::format("{}-{}", top, digest.substr(0, kShown))};
}

}  // namespace

std::string wrap_value(const std::string& text, std::string_view key) {
  for (const std::string& line : split(text, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals != line.npos && trim(std::string_view(line).substr(0, equals)) == key)
      return std::string(trim(std::string_view(line).substr(equals + 1)));
  }
  return {};
}

void read_upstream(Table& application, Manifest& manifest, Missing missing) {
  auto& list = manifest.application.upstream;
  for (const auto& entry : application.strings("sources_from")) {
    auto from = upstream_by(manifest.directory, entry.value);
    std::error_code error;
    if (!from) {
      application.faults().add(entry.place, from.error().sentence, from.error().hint);
    } else if (std::ranges::find(list, from->name, &Upstream::name) != list.end()) {
      application.faults().add(entry.place, fmt::format("The wrap {} is named twice.", entry.value),
                               "remove one of the two.");
    } else if (missing == Missing::is_fault && !fs::is_directory(from->folder, error)) {
      application.faults().add(entry.place, fmt::format("The sources of {} aren't here yet.", entry.value),
                               "`wick build` and `wick manifest` fetch them.");
    } else {
      list.push_back(std::move(*from));
    }
  }
}

fs::path located(const Manifest& manifest, std::string_view path) {
  constexpr std::string_view kBuild = "build:";
  const auto& build = manifest.application.build;
  if (build && path.starts_with(kBuild)) return (build->folder / path.substr(kBuild.size())).lexically_normal();
  for (const Upstream& from : manifest.application.upstream) {
    if (path.starts_with(from.name) && path.substr(from.name.size()).starts_with(':'))
      return (from.folder / path.substr(from.name.size() + 1)).lexically_normal();
  }
  return (manifest.directory / path).lexically_normal();
}

bool is_upstream(const Manifest& manifest, const fs::path& file) {
  auto within = [&](const fs::path& folder) { return file.string().starts_with(folder.string() + "/"); };
  const auto& build = manifest.application.build;
  return (build && within(build->folder)) ||
         std::ranges::any_of(manifest.application.upstream, within, &Upstream::folder);
}

}  // namespace wick::tool
