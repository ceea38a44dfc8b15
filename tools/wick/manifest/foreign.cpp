// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "manifest/foreign.h"

#include <fmt/format.h>

#include <algorithm>

#include "abi/host/checksum.h"
#include "base/text.h"
#include "base/toolkit.h"
#include "manifest/upstream.h"

namespace wick::tool {
namespace {

const std::vector<std::string> kSystems{"cmake", "meson", "autotools", "make"};

/// What is built alike is built once, for whichever project. The profile's compiler options are part of that: each
/// profile keeps its own.
fs::path folder_of(const fs::path& root, const ForeignBuild& build, const std::string& profile) {
  const std::string all = join(
      std::vector{profile, build.system, build.source.string(), join(build.options, "\n"), join(build.targets, "\n")},
      "\n");
  return root / "build/foreign" / fmt::format("{}-{:08x}", build.source.filename().string(), crc32(all));
}

std::vector<std::string> texts(Table& table, const std::string& key) {
  std::vector<std::string> list;
  for (const auto& entry : table.strings(key)) list.push_back(entry.value);
  return list;
}

}  // namespace

void read_foreign(Table& application, Manifest& manifest) {
  auto table = application.table("build");
  if (!table) return;
  auto root = toolkit_root();
  if (!root) table->faults().add(table->place(), root.error().sentence, root.error().hint);
  ForeignBuild build;
  const auto system = table->string("system");
  if (!system || std::ranges::find(kSystems, system->value) == kSystems.end()) {
    table->faults().add(system ? system->place : table->place(),
                        system ? fmt::format("The build system \"{}\" is not known.", system->value)
                               : "application.build names no system.",
                        "the systems are " + join(kSystems, ", ") + ".");
  } else {
    build.system = system->value;
  }
  const auto source = table->string("source");
  build.source = located(manifest, source ? source->value : ".");
  if (!build.source.has_filename()) build.source = build.source.parent_path();
  std::error_code error;
  if (source && !fs::is_directory(build.source, error)) {
    table->faults().add(source->place, fmt::format("The folder \"{}\" to build does not exist.", source->value),
                        "paths are relative to the folder of wick.toml.");
  }
  build.options = texts(*table, "options");
  build.targets = texts(*table, "targets");
  build.tools = texts(*table, "tools");
  table->finish();
  build.folder = folder_of(root.value_or(fs::path()), build, manifest.profile);
  manifest.application.build = std::move(build);
}

}  // namespace wick::tool
