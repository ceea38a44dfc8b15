// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick clean: removes what was built.

#include <fmt/format.h>

#include "base/architecture.h"
#include "base/terminal.h"
#include "base/text.h"
#include "build/tree.h"
#include "commands/commands.h"

namespace wick::tool {
namespace {

class Clean final : public Command {
 public:
  std::string name() const override { return "clean"; }
  std::string summary() const override { return "Remove what was built"; }
  std::string example() const override { return "wick clean --all"; }
  void describe(Syntax& syntax) override {
    syntax.flag("--all", all_, "also the tool, the unit tests and the fetched sources");
  }

  Result<int> run() override {
    auto root = toolkit_root();
    if (!root) return std::unexpected(root.error());
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(*root / "build", error)) {
      bool images = entry.path().filename().string().starts_with(profile_target(""));
      if (images || all_) doomed_.push_back(entry.path());
    }
    if (all_) add_fetched(*root / "subprojects");
    for (const fs::path& path : doomed_) {
      if (fs::remove_all(path, error); error)
        return fail(fmt::format("{} can't be removed: {}.", path.string(), error.message()));
      print("removed " + path.lexically_relative(*root).string());
    }
    if (doomed_.empty()) print("There is nothing to remove.");
    return 0;
  }

 private:
  /// What a wrap brings: the cache, and the folder that Meson unpacked.
  void add_fetched(const fs::path& subprojects) {
    std::error_code error;
    if (fs::exists(subprojects / "packagecache", error)) doomed_.push_back(subprojects / "packagecache");
    for (const auto& wrap : fs::directory_iterator(subprojects, error)) {
      if (wrap.path().extension() != ".wrap") continue;
      for (const std::string& line : split(read_file(wrap.path()).value_or(""), '\n')) {
        std::size_t equals = line.find('=');
        if (equals == line.npos || trim(line.substr(0, equals)) != "directory") continue;
        std::string folder(trim(std::string_view(line).substr(equals + 1)));
        if (!folder.empty() && !folder.contains("..") && fs::exists(subprojects / folder, error))
          doomed_.push_back(subprojects / folder);
      }
    }
  }

  std::vector<fs::path> doomed_;
  bool all_ = false;
};

}  // namespace

std::unique_ptr<Command> make_clean() { return std::make_unique<Clean>(); }

}  // namespace wick::tool
