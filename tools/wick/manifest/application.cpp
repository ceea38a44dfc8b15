// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [application]: what is compiled into the appliance. Patterns are expanded here, so that the rest sees plain files.

#include <fmt/format.h>
#include <fnmatch.h>
#include <glob.h>

#include <algorithm>
#include <set>

#include "base/architecture.h"
#include "base/text.h"
#include "manifest/foreign.h"
#include "manifest/sections.h"
#include "manifest/shared.h"
#include "manifest/upstream.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

constexpr std::string_view kRelative = "paths are relative to the folder of wick.toml.";

bool has_pattern(std::string_view text) { return text.find_first_of("*?[") != text.npos; }

std::vector<fs::path> expand(const fs::path& pattern) {
  std::vector<fs::path> files;
  glob_t found{};
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  return files;
}

bool is_source(const fs::path& file) {
  static const std::set<std::string> kExtensions{".c", ".cc", ".cpp", ".cxx", ".S"};
  return kExtensions.contains(file.extension().string());
}

void add_source(Table& table, const Located<std::string>& entry, const fs::path& file, Manifest& manifest) {
  auto& sources = manifest.application.sources;
  if (!is_source(file)) {
    table.faults().add(entry.place, fmt::format("{} is not a source that can be compiled.", entry.value),
                       "sources end in .c, .cc, .cpp, .cxx or .S.");
  } else if (std::ranges::find(sources, file) != sources.end()) {
    table.faults().add(
        entry.place, fmt::format("The source {} is named twice.", file.lexically_relative(manifest.directory).string()),
        "remove one of the two, or narrow the pattern.");
  } else {
    sources.push_back(file);
  }
}

/// "!pattern": what a pattern before it has named is not compiled after all.
void leave_out(Table& table, const Located<std::string>& entry, Manifest& manifest) {
  const fs::path pattern = located(manifest, std::string_view(entry.value).substr(1));
  const auto taken = std::erase_if(manifest.application.sources, [&](const fs::path& source) {
    return fnmatch(pattern.c_str(), source.c_str(), FNM_PATHNAME) == 0;
  });
  if (taken == 0) {
    table.faults().add(entry.place, fmt::format("\"{}\" leaves out no source.", entry.value),
                       "what it leaves out must be named by an entry before it.");
  }
}

void read_sources(Table& table, Manifest& manifest) {
  std::error_code error;
  for (const auto& entry : table.strings("sources")) {
    if (entry.value.starts_with('!')) {
      leave_out(table, entry, manifest);
      continue;
    }
    const fs::path path = located(manifest, entry.value);
    if (has_pattern(entry.value)) {
      auto files = expand(path);
      if (files.empty()) {
        table.faults().add(entry.place,
                           fmt::format("The pattern \"{}\" of application.sources matches no file.", entry.value),
                           std::string(kRelative));
      }
      for (const fs::path& file : files) add_source(table, entry, file, manifest);
    } else if (!fs::is_regular_file(path, error)) {
      table.faults().add(entry.place, fmt::format("The source \"{}\" does not exist.", entry.value),
                         std::string(kRelative));
    } else {
      add_source(table, entry, path, manifest);
    }
  }
}

void read_includes(Table& table, Manifest& manifest) {
  std::error_code error;
  for (const auto& entry : table.strings("includes")) {
    fs::path path = located(manifest, entry.value);
    if (!fs::is_directory(path, error)) {
      table.faults().add(entry.place, fmt::format("The include folder \"{}\" does not exist.", entry.value),
                         std::string(kRelative));
    }
    if (!path.has_filename()) path = path.parent_path();
    manifest.application.includes.push_back(path);
  }
}

void add_library(Table& table, const Located<std::string>& entry, Manifest& manifest) {
  std::error_code error;
  const fs::path path = located(manifest, entry.value);
  auto& libraries = manifest.application.libraries;
  if (path.extension() != ".a") {
    table.faults().add(entry.place, fmt::format("\"{}\" is not a static library.", entry.value),
                       "its name must end in .a.");
  } else if (!fs::is_regular_file(path, error)) {
    table.faults().add(entry.place, fmt::format("The library \"{}\" does not exist.", entry.value),
                       std::string(kRelative));
  } else if (std::ranges::find(libraries, path) != libraries.end()) {
    table.faults().add(entry.place, fmt::format("The library \"{}\" is named twice.", entry.value),
                       "remove one of the two.");
  } else {
    libraries.push_back(path);
  }
}

/// C++ shows in the names that a program asks for.
bool asks_for_cpp(std::string_view object) {
  for (const std::string_view name : {"__gxx_personality_v0", "_ZNSt3__", "_Znwm", "_ZdlPv", "__cxa_"}) {
    if (object.find(name) != object.npos) return true;
  }
  return false;
}

void read_program(Table& table, const Located<std::string>& entry, Manifest& manifest) {
  const fs::path path = located(manifest, entry.value);
  constexpr std::string_view kRelocatable("\x7f\x45\x4c\x46\x02\x01", 6);
  constexpr std::size_t kType = 16;  // e_type
  auto content = read_file(path);
  if (!content) {
    table.faults().add(entry.place, fmt::format("The program \"{}\" does not exist.", entry.value),
                       "build it with the compilers of `wick sdk` first; " + std::string(kRelative));
  } else if (!content->starts_with(kRelocatable) || content->size() <= kType || (*content)[kType] != 1) {
    table.faults().add(
        entry.place, fmt::format("\"{}\" is not a program for Wick.", entry.value),
        fmt::format("link it with {0}-wick-clang or {0}-wick-clang++ of `wick sdk`.", kArchitecture.name));
  } else {
    manifest.application.program = path;
    manifest.application.program_is_cpp = asks_for_cpp(*content);
  }
}

void read_packages(Table& table, Manifest& manifest) {
  auto& packages = manifest.application.packages;
  for (const auto& entry : table.strings("packages")) {
    if (!is_name(entry.value)) {
      table.faults().add(entry.place, fmt::format("\"{}\" is not the name of a package.", entry.value),
                         "packages are the libraries that subprojects/*.wrap provide, for example \"picohttpparser\".");
    } else if (std::ranges::find(packages, entry.value) != packages.end()) {
      table.faults().add(entry.place, fmt::format("The package \"{}\" is named twice.", entry.value),
                         "remove one of the two.");
    } else {
      packages.push_back(entry.value);
    }
  }
}

bool is_define(std::string_view text) {
  std::string_view name = text.substr(0, text.find('='));
  auto letter = [](char c) { return c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); };
  return !name.empty() && letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

void read_defines(Table& table, Manifest& manifest) {
  std::set<std::string> seen;
  for (const auto& entry : table.strings("defines")) {
    if (!is_define(entry.value)) {
      table.faults().add(entry.place, fmt::format("\"{}\" is not a macro definition.", entry.value),
                         "write \"NAME\" or \"NAME=value\".");
    }
    if (!seen.insert(entry.value.substr(0, entry.value.find('='))).second) {
      table.faults().add(entry.place, fmt::format("The macro of \"{}\" is defined twice.", entry.value),
                         "remove one of the two.");
    }
    manifest.application.defines.push_back(entry.value);
  }
}

void read_arguments(Table& table, const std::string& key, std::vector<std::string>& to) {
  for (const auto& entry : table.strings(key)) {
    if (!entry.value.starts_with('-')) {
      table.faults().add(entry.place,
                         fmt::format("\"{}\" of {} is not a compiler option.", entry.value, table.full(key)),
                         "options begin with a dash; sources belong into application.sources.");
    }
    to.push_back(entry.value);
  }
}

void read_own(Table& section, Manifest& manifest) {
  read_upstream(section, manifest, Missing::is_fault);
  read_foreign(section, manifest);
  read_sources(section, manifest);
  read_includes(section, manifest);
  if (auto library = section.string("library")) add_library(section, *library, manifest);
  for (const auto& library : section.strings("libraries")) add_library(section, library, manifest);
  if (auto program = section.string("program")) read_program(section, *program, manifest);
  read_packages(section, manifest);
  read_defines(section, manifest);
  read_arguments(section, "c_args", manifest.application.c_args);
  read_arguments(section, "cpp_args", manifest.application.cpp_args);
  auto is_empty = [&](const char* key) {
    const toml::node* node = section.node(key);
    return !node || (node->is_array() && node->as_array()->empty());
  };
  if (is_empty("sources") && is_empty("library") && is_empty("libraries") && is_empty("program")) {
    section.faults().add(section.place(), "[application] names neither sources nor a library.",
                         "add sources = [\"main.c\"] or library = \"libapp.a\".");
  }
  section.finish();
}

/// Instead of keys of its own: those of another project's manifest, from where its paths go.
void read_shared(Table& section, const Located<std::string>& name, Manifest& manifest) {
  if (section.size() > 1)
    return section.faults().add(name.place, "Beside application.same_as nothing can stand in [application].",
                                "what the two projects have in common stands in that project's manifest.");
  auto shared = shared_application(manifest.directory, name.value);
  if (!shared) return section.faults().add(name.place, shared.error());
  Manifest other = manifest;
  other.directory = shared->file.parent_path();
  Faults faults(shared->file.string());
  Table table(shared->application(), "application", faults);
  read_own(table, other);
  if (faults.first()) return section.faults().add(name.place, *faults.first());
  manifest.application = std::move(other.application);
}

}  // namespace

void read_application(Table& root, Manifest& manifest) {
  auto section = root.table("application");
  if (!section) {
    if (!root.node("application")) {
      root.faults().add({1, 1}, "The section [application] is missing.",
                        "add [application] with sources = [\"main.c\"].");
    }
    return;
  }
  if (auto name = section->string("same_as"))
    read_shared(*section, *name, manifest);
  else if (!section->node("same_as"))
    read_own(*section, manifest);
}

}  // namespace wick::tool
