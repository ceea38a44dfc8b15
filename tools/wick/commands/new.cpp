// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick new NAME: a project that works, to start from; with --port a manifest for sources that exist already.

#include <fmt/format.h>

#include "base/file.h"
#include "base/process.h"
#include "base/terminal.h"
#include "base/text.h"
#include "base/toolkit.h"
#include "build/port.h"
#include "build/prepare.h"
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
    syntax.option("--port", port_, "a manifest for these sources, by their folder or their archive's address",
                  "URL|DIR");
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
    if (!port_.empty()) return port(folder, name);
    std::string source = plain_c_ ? "main.c" : "main.cpp";
    if (auto done = write_file(folder / source, plain_c_ ? kC : kCpp); !done) return std::unexpected(done.error());
    auto done = write_file(folder / kManifestName, fmt::format(kManifestText, name, source));
    if (!done) return std::unexpected(done.error());
    print(fmt::format("{} is ready; `wick run {}` boots it.", folder.string(), folder.string()));
    return 0;
  }

 private:
  Result<int> port(const fs::path& folder, const std::string& name) const {
    std::error_code error;
    const bool is_url = port_.contains("://");
    fs::path tree = fs::absolute(port_).lexically_normal();
    if (!tree.has_filename()) tree = tree.parent_path();
    std::string source = tree.string(), wrap;
    if (is_url) {
      wrap = name + ".wrap", source = name + ":.";
      auto pinned = pin(folder / wrap);
      if (!pinned) return std::unexpected(pinned.error());
      // The wrap alone is a manifest whose sources can be fetched.
      const std::string fetches = port_manifest({}, name, source, wrap);
      if (auto done = write_file(folder / kManifestName, fetches); !done) return std::unexpected(done.error());
      if (auto done = prepare_project(folder, ""); !done) return std::unexpected(done.error());
      tree = needed_before(folder).upstream.at(0).folder;
    } else if (!fs::is_directory(tree, error)) {
      return fail(fmt::format("There is no folder {}.", tree.string()), "--port takes a folder, or an archive's URL.");
    }
    auto found = look_at_tree(tree);
    if (!found) return std::unexpected(found.error());
    auto done = write_file(folder / kManifestName, port_manifest(*found, name, source, wrap));
    if (!done) return std::unexpected(done.error());
    tell(*found, name);
    print(fmt::format("{0}/{1} starts from that; `wick run {0}` builds and boots it.", folder.string(), kManifestName));
    return 0;
  }

  /// Writes a wrap with the digest of what stands at the URL now.
  Result<void> pin(const fs::path& wrap) const {
    auto root = toolkit_root();
    if (!root) return std::unexpected(root.error());
    remark("fetching " + port_);
    auto pinned =
        capture_program({"python3", (*root / "tools/fetch_deps.py").string(), "--pin", port_}, {.merge_errors = true});
    if (!pinned) return std::unexpected(pinned.error());
    if (pinned->exit_code != 0) return fail("The sources can't be fetched.", std::string(trim(pinned->output)));
    return write_file(wrap, pinned->output);
  }

  static void tell(const SourceTree& port, const std::string& name) {
    if (port.system.empty()) {
      print(fmt::format("Found {} without a build system.", port.evidence));
      if (port.programs.size() > 1)
        print(fmt::format("{} have a main(): {} is taken.", join(port.programs, ", "), port.programs.front()));
    } else {
      const std::string made =
          port.programs.empty() ? fmt::format("what it makes it doesn't tell: {} is a guess.", name)
                                : fmt::format("it makes {}: {} is taken.", join(port.programs, ", "), port.programs[0]);
      print(fmt::format("Found {}: {}; {}", port.evidence, port.system, made));
    }
    if (port.network) print("It has sockets: name in [network] the ports that it serves.");
  }

  std::string target_, port_;
  bool plain_c_ = false;
};

}  // namespace

std::unique_ptr<Command> make_new() { return std::make_unique<New>(); }

}  // namespace wick::tool
