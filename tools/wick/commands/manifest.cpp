// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick manifest DIR: checks a manifest, and prints it with every default filled in.

#include "manifest/manifest.h"

#include <fmt/format.h>

#include "base/terminal.h"
#include "build/prepare.h"
#include "commands/commands.h"

namespace wick::tool {
namespace {

class ShowManifest final : public Command {
 public:
  std::string name() const override { return "manifest"; }
  std::string summary() const override { return "Check a wick.toml"; }
  std::string example() const override { return "wick manifest --json apps/http"; }
  void describe(Syntax& syntax) override {
    syntax.argument("DIR", directory_, "folder with a wick.toml");
    syntax.flag("--json", json_, "print the checked manifest, defaults included");
  }

  Result<int> run() override {
    if (auto here = prepare_project(directory_, ""); !here) return std::unexpected(here.error());
    auto manifest = load_manifest(directory_);
    if (!manifest) return std::unexpected(manifest.error());
    print(json_ ? manifest_json(*manifest)
                : fmt::format("{} {}: the manifest is fine.", manifest->name, manifest->version));
    return 0;
  }

 private:
  std::string directory_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_manifest() { return std::make_unique<ShowManifest>(); }

}  // namespace wick::tool
