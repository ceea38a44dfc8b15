// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick plan DIR: the manifest as Meson wants it.

#include "generate/plan.h"

#include "base/terminal.h"
#include "commands/commands.h"

namespace wick::tool {
namespace {

class Plan final : public Command {
 public:
  std::string name() const override { return "plan"; }
  std::string summary() const override { return "Print a project's build plan as key-value lines"; }
  std::string example() const override { return "wick plan apps/http"; }
  bool hidden() const override { return true; }
  void describe(Syntax& syntax) override {
    syntax.argument("DIR", directory_, "folder with a wick.toml");
    syntax.option("--profile", profile_, "dev, cloud or tiny instead of the manifest's", "NAME");
  }

  Result<int> run() override {
    auto manifest = load_manifest(directory_, profile_);
    if (!manifest) return std::unexpected(manifest.error());
    std::string text = plan_text(*manifest);
    text.pop_back();
    print(text);
    return 0;
  }

 private:
  std::string directory_, profile_;
};

}  // namespace

std::unique_ptr<Command> make_plan() { return std::make_unique<Plan>(); }

}  // namespace wick::tool
