// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick build DIR

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/terminal.h"
#include "base/text.h"
#include "build/project.h"
#include "commands/commands.h"

namespace wick::tool {
namespace {

class Build final : public Command {
 public:
  std::string name() const override { return "build"; }
  std::string summary() const override { return "Build the image of a project"; }
  std::string example() const override { return "wick build apps/http --profile tiny"; }
  void describe(Syntax& syntax) override {
    syntax.argument("DIR", directory_, "folder with a wick.toml");
    syntax.option("--profile", profile_, "dev, cloud or tiny instead of the manifest's", "NAME");
    syntax.option("--wall", wall_, "none, ring, vm, hosted or process instead of the manifest's", "NAME");
    syntax.flag("--json", json_, "print where the image is as JSON");
  }

  Result<int> run() override {
    auto wall = asked_wall(wall_);
    if (!wall) return std::unexpected(wall.error());
    auto built = build_project(behind_wall(directory_, *wall), profile_);
    if (!built) return std::unexpected(built.error());
    std::error_code error;
    auto size = fs::file_size(built->image, error);
    if (json_) {
      nlohmann::ordered_json json{{"image", built->image.string()}, {"debug", built->debug.string()}, {"size", size}};
      print(json.dump(2));
    } else {
      print(fmt::format("{} ({})", fs::proximate(built->image, error).string(), human_size(size)));
    }
    return 0;
  }

 private:
  std::string directory_, profile_, wall_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_build() { return std::make_unique<Build>(); }

}  // namespace wick::tool
