// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick new NAME: a project that works, to start from.

#include <fmt/format.h>

#include "base/file.h"
#include "base/terminal.h"
#include "commands/commands.h"
#include "manifest/manifest.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

constexpr std::string_view kManifestText =
    R"(# What this appliance is made of. docs/manifest.md of Wick explains every key.
profile = "dev"

[appliance]
name = "{0}"
version = "0.1.0"

[application]
sources = ["{1}"]

[memory]
size = "32M"

[run]
arguments = ["world"]
)";

constexpr std::string_view kCpp = R"(#include <iostream>
#include <string>

int main(int argc, char** argv) {
  const std::string whom = argc > 1 ? argv[1] : "nobody";
  std::cout << "Hello, " << whom << ", from an appliance." << std::endl;
}
)";

constexpr std::string_view kC = R"(#include <stdio.h>

int main(int argc, char** argv) {
  const char* whom = argc > 1 ? argv[1] : "nobody";
  printf("Hello, %s, from an appliance.\n", whom);
  return 0;
}
)";

class New final : public Command {
 public:
  std::string name() const override { return "new"; }
  std::string summary() const override { return "Make a project to start from"; }
  std::string example() const override { return "wick new demo && wick run demo"; }
  void describe(Syntax& syntax) override {
    syntax.argument("NAME", target_, "folder to make; its last part names the appliance");
    syntax.flag("--c", plain_c_, "in C instead of C++");
  }

  Result<int> run() override {
    fs::path folder = fs::path(target_).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    std::string name = folder.filename().string();
    if (!is_name(name)) {
      return fail(fmt::format("\"{}\" can't name an appliance.", name),
                  "use lower-case letters, digits and dashes, a letter first, at most 63 characters.");
    }
    std::error_code error;
    if (fs::exists(folder / kManifestName, error))
      return fail(fmt::format("{} is a project already.", folder.string()));
    if (fs::create_directories(folder, error); error) {
      return fail(fmt::format("The folder {} can't be made: {}.", folder.string(), error.message()));
    }
    std::string source = plain_c_ ? "main.c" : "main.cpp";
    if (auto done = write_file(folder / source, plain_c_ ? kC : kCpp); !done) return std::unexpected(done.error());
    auto done = write_file(folder / kManifestName, fmt::format(kManifestText, name, source));
    if (!done) return std::unexpected(done.error());
    print(fmt::format("{} is ready; `wick run {}` boots it.", folder.string(), folder.string()));
    return 0;
  }

 private:
  std::string target_;
  bool plain_c_ = false;
};

}  // namespace

std::unique_ptr<Command> make_new() { return std::make_unique<New>(); }

}  // namespace wick::tool
