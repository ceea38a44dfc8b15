// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "generate/plan.h"

#include <fmt/format.h>

#include <iterator>

#include "manifest/upstream.h"

namespace wick::tool {

std::string plan_text(const Manifest& m) {
  std::string text;
  auto line = [&](std::string_view key, const auto& value) {
    fmt::format_to(std::back_inserter(text), "{}\t{}\n", key, value);
  };
  line("name", m.image);
  line("version", m.version);
  line("dir", m.directory.string());
  line("profile", m.profile);
  line("wall", wall_name(m.wall));
  line("restart", m.restart.policy);
  for (const fs::path& source : m.application.sources)
    line(is_upstream(m, source) ? "upstream_source" : "source", source.string());
  for (const fs::path& include : m.application.includes) line("include", include.string());
  for (const fs::path& library : m.application.libraries) line("library", library.string());
  if (!m.application.program.empty()) line("library", m.application.program.string());
  for (const std::string& package : m.application.packages) line("package", package);
  for (const std::string& argument : m.application.c_args) line("c_arg", argument);
  for (const std::string& argument : m.application.cpp_args) line("cpp_arg", argument);
  for (const std::string& define : m.application.defines) line("define", define);
  for (const std::string& device : m.devices) line("device", device);
  for (const std::string& family : m.drivers) line("drivers", family);
  for (const std::string& feature : m.features) line("feature", feature);
  line("memory", m.memory.size);
  line("stack", m.memory.stack);
  line("slice", m.slice * 1'000'000);
  line("heap", m.memory.heap);
  line("dma", m.memory.dma);
  line("ring", m.ring_size);
  line("calls", fmt::format("{:#x}", m.calls));
  line("depend", m.file.string());
  for (const Upstream& from : m.application.upstream) line("depend", from.wrap.string());
  return text;
}

}  // namespace wick::tool
