// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick sdk DIR: compilers and what CMake, Meson and configure scripts need to build programs for Wick.

#include "build/sdk.h"

#include <fmt/format.h>

#include "base/architecture.h"
#include "base/terminal.h"
#include "build/tree.h"
#include "commands/commands.h"

namespace wick::tool {
namespace {

class Sdk final : public Command {
 public:
  std::string name() const override { return "sdk"; }
  std::string summary() const override { return "Make compilers and toolchain files for foreign build systems"; }
  std::string example() const override {
    return "wick sdk ~/wick-sdk && cmake -B build --toolchain ~/wick-sdk/toolchain.cmake";
  }
  void describe(Syntax& syntax) override {
    syntax.argument("DIR", target_, "folder to make; it stays tied to this checkout");
    syntax.option("--profile", profile_, "dev, cloud or tiny: whose compiler options", "NAME");
  }

  Result<int> run() override {
    std::error_code error;
    const fs::path sdk = fs::weakly_canonical(fs::absolute(target_), error);
    auto root = toolkit_root();
    if (!root) return std::unexpected(root.error());
    if (auto done = write_sdk(*root, sdk, profile_); !done) return std::unexpected(done.error());
    print(
        fmt::format("{0} is ready. CMake: cmake -B build --toolchain {0}/toolchain.cmake\n"
                    "Meson: meson setup --cross-file {0}/cross.ini build\n"
                    "configure: CONFIG_SITE={0}/config.site ./configure --host={1}-wick\n"
                    "Then name the program in wick.toml: [application] program = \"build/NAME\", and `wick run`.",
                    sdk.string(), kArchitecture.name));
    return 0;
  }

 private:
  std::string target_, profile_ = "cloud";
};

}  // namespace

std::unique_ptr<Command> make_sdk() { return std::make_unique<Sdk>(); }

}  // namespace wick::tool
