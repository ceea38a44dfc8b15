// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "build/port.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <set>

#include "base/text.h"

namespace wick::tool {
namespace {

struct System {
  const char* name;
  const char* file;
  const char* program;  ///< a regular expression that finds what it makes in that file; its first group is the name
};
constexpr System kSystems[] = {
    {"cmake", "CMakeLists.txt", R"(add_executable\s*\(\s*([\w.-]+))"},
    {"meson", "meson.build", R"(executable\s*\(\s*'([^']+)')"},
    {"autotools", "configure", R"(bin_PROGRAMS\s*\+?=\s*([\w.-]+))"},
    {"make", "GNUmakefile", R"(-o\s+([\w./-]+))"},
    {"make", "makefile", R"(-o\s+([\w./-]+))"},
    {"make", "Makefile", R"(-o\s+([\w./-]+))"},
};
constexpr std::size_t kMostFiles = 5000;  ///< looked into

bool is_cpp(const fs::path& file) {
  static const std::set<std::string> kEnds{".cc", ".cpp", ".cxx"};
  return kEnds.contains(file.extension().string());
}
bool is_source(const fs::path& file) { return file.extension() == ".c" || is_cpp(file); }

std::vector<std::string> found_by(const char* expression, const std::string& text) {
  std::vector<std::string> names;
  const std::regex pattern(expression);
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    if (std::string name = (*at)[1]; std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

/// Automake's programs stand in Makefile.am, everybody else's in the build file itself.
std::vector<std::string> programs_of(const System& system, const fs::path& tree) {
  const fs::path file = std::string_view(system.name) == "autotools" ? "Makefile.am" : system.file;
  auto text = read_file(tree / file);
  return text ? found_by(system.program, *text) : std::vector<std::string>{};
}

void look_into_sources(const fs::path& tree, SourceTree& port) {
  std::size_t seen = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(tree, error), end; at != end && seen < kMostFiles; at.increment(error)) {
    if (at->path().filename().string().starts_with('.')) {
      if (at->is_directory(error)) at.disable_recursion_pending();
      continue;
    }
    if (!is_source(at->path())) continue;
    ++seen;
    port.cpp |= is_cpp(at->path());
    if (!port.network) port.network = read_file(at->path()).value_or("").contains("<sys/socket.h>");
  }
}

/// Sources without a build system: those of the top folder, or of src/.
bool take_plain_sources(const fs::path& tree, SourceTree& port) {
  static const std::regex kMain(R"((^|\n)\s*(int|void)?\s*main\s*\()");
  std::error_code error;
  for (const char* folder : {".", "src"}) {
    std::set<std::string> ends, mains;
    for (const auto& entry : fs::directory_iterator(tree / folder, error)) {
      if (!is_source(entry.path())) continue;
      ends.insert(entry.path().extension().string());
      if (std::regex_search(read_file(entry.path()).value_or(""), kMain))
        mains.insert(entry.path().filename().string());
    }
    if (ends.empty()) continue;
    const std::string prefix = std::string_view(folder) == "." ? "" : "src/";
    for (const std::string& end : ends) port.sources.push_back(prefix + "*" + end);
    port.programs.assign(mains.begin(), mains.end());
    if (!mains.empty()) mains.erase(mains.begin());
    for (const std::string& main : mains) port.sources.push_back("!" + prefix + main);
    port.evidence = prefix.empty() ? "sources" : "sources in src/";
    for (const char* include : {"include", "src", "."}) {
      if (fs::is_directory(tree / include, error)) port.includes.push_back(include);
    }
    return true;
  }
  return false;
}

std::string quoted(const std::vector<std::string>& texts) {
  std::vector<std::string> words;
  for (const std::string& text : texts) words.push_back("\"" + text + "\"");
  return join(words, ", ");
}

}  // namespace

Result<SourceTree> look_at_tree(const fs::path& tree) {
  std::error_code error;
  SourceTree port;
  for (const System& system : kSystems) {
    if (!fs::exists(tree / system.file, error)) continue;
    port.system = system.name, port.evidence = system.file;
    port.programs = programs_of(system, tree);
    break;
  }
  if (port.system.empty() && fs::exists(tree / "configure.ac", error))
    return fail(fmt::format("{} has a configure.ac and no configure yet.", tree.string()), "run autoreconf -i there.");
  if (port.system.empty() && !take_plain_sources(tree, port))
    return fail(fmt::format("{} has no build system that wick knows, and no sources.", tree.string()),
                "name the folder with the CMakeLists.txt, meson.build, configure, Makefile or sources.");
  look_into_sources(tree, port);
  return port;
}

std::string port_manifest(const SourceTree& port, const std::string& name, const std::string& source,
                          const std::string& wrap) {
  auto in_tree = [&](const std::string& path) {
    const bool out = path.starts_with('!');
    const std::string rest = out ? path.substr(1) : path;
    return (out ? "!" : "") + (source.ends_with(":.") ? source.substr(0, source.size() - 1) : source + "/") + rest;
  };
  std::string text = fmt::format(
      "# Made by `wick new --port`, from what the sources tell. docs/porting.md of Wick says how to go on.\n"
      "[appliance]\nname = \"{}\"\n\n[application]\n",
      name);
  if (!wrap.empty()) text += fmt::format("sources_from = [\"{}\"]\n", wrap);
  if (port.system.empty()) {
    std::vector<std::string> sources, includes;
    for (const std::string& path : port.sources) sources.push_back(in_tree(path));
    for (const std::string& path : port.includes) includes.push_back(in_tree(path));
    text += fmt::format("sources = [{}]\nincludes = [{}]\n", quoted(sources), quoted(includes));
  } else {
    text += fmt::format("program = \"build:{}\"\n\n[application.build]\nsystem = \"{}\"\nsource = \"{}\"\n",
                        port.programs.empty() ? name : port.programs.front(), port.system, source);
  }
  text += "\n[memory]\nsize = \"64M\"\n";
  if (port.network) text += "\n[network]\nports = []  # what it serves\n";
  return text;
}

}  // namespace wick::tool
