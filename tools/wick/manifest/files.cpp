// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [files]: the embedded, read-only root file system. Folders are walked here; the result is the sorted list of every
// path of the appliance.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "manifest/sections.h"
#include "manifest/upstream.h"

namespace wick::tool {
namespace {

/// Path in the appliance → source; an empty source is a folder.
using Tree = std::map<std::string, fs::path>;

bool is_absolute_and_plain(std::string_view path) {
  fs::path normal = fs::path(path).lexically_normal();
  return path.starts_with('/') && path.find("//") == path.npos && normal.string() == path &&
         path.find('\n') == path.npos && (path == "/" || !path.ends_with('/'));
}

class Filler {
 public:
  Filler(Tree& tree, Faults& faults) : tree_(tree), faults_(faults) {}

  void add(const Located<std::string>& at, const std::string& path, const fs::path& source) {
    std::error_code error;
    if (fs::is_directory(source, error)) return add_folder(at, path, source);
    if (!fs::is_regular_file(source, error)) {
      faults_.add(at.place,
                  fmt::format("{} is neither a file nor a folder, so that it can't be embedded.", source.string()),
                  "embed plain files and folders only.");
      return;
    }
    add_parents(at, path);
    auto [found, fresh] = tree_.try_emplace(path, source);
    if (!fresh) overlap(at, path);
  }

 private:
  void add_folder(const Located<std::string>& at, const std::string& path, const fs::path& source) {
    add_parents(at, path);
    auto [found, fresh] = tree_.try_emplace(path, fs::path{});
    if (!fresh && !found->second.empty()) return overlap(at, path);
    std::error_code error;
    std::vector<fs::path> children;
    for (const auto& entry : fs::directory_iterator(source, error)) children.push_back(entry.path());
    std::ranges::sort(children);
    for (const fs::path& child : children) add(at, (path == "/" ? "" : path) + "/" + child.filename().string(), child);
  }

  void add_parents(const Located<std::string>& at, const std::string& path) {
    for (std::size_t slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1)) {
      auto [found, fresh] = tree_.try_emplace(path.substr(0, slash), fs::path{});
      if (!fresh && !found->second.empty()) overlap(at, found->first);
    }
  }

  void overlap(const Located<std::string>& at, const std::string& path) {
    faults_.add(at.place, fmt::format("[files] puts two things at {}.", path), "give one of the two another place.");
  }

  Tree& tree_;
  Faults& faults_;
};

}  // namespace

void read_files(Table& root, Manifest& manifest) {
  Tree tree{{"/", {}}};
  Filler filler(tree, root.faults());
  if (auto section = root.table("files")) {
    auto pairs = section->pairs();
    std::ranges::sort(pairs, {}, [](const auto& pair) { return pair.first.place; });
    for (const auto& [path, source] : pairs) {
      if (!is_absolute_and_plain(path.value)) {
        root.faults().add(path.place, fmt::format("\"{}\" is not a path of the appliance.", path.value),
                          "write it from the root, without \".\", \"..\", doubled or trailing slashes: \"/www\".");
        continue;
      }
      fs::path host = located(manifest, source.value);
      if (!host.has_filename()) host = host.parent_path();
      std::error_code error;
      if (!fs::exists(host, error)) {
        root.faults().add(source.place, fmt::format("The file or folder \"{}\" to embed does not exist.", source.value),
                          "paths are relative to the folder of wick.toml.");
        continue;
      }
      manifest.rom_roots.push_back(host);
      filler.add(path, path.value, host);
    }
  }
  for (const auto& [path, source] : tree) manifest.rom.push_back({path, source});
}

}  // namespace wick::tool
