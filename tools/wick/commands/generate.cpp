// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick generate DIR --out-dir D: the data of an image as assembly, for the build to assemble.

#include "commands/commands.h"
#include "generate/config.h"
#include "generate/rom.h"

namespace wick::tool {
namespace {

class Generate final : public Command {
 public:
  std::string name() const override { return "generate"; }
  std::string summary() const override {
    return "Write NAME.data.S of a project: its embedded files and its configuration";
  }
  std::string example() const override { return "wick generate apps/http --out-dir build/x --depfile build/x/http.d"; }
  bool hidden() const override { return true; }
  void describe(Syntax& syntax) override {
    syntax.argument("DIR", directory_, "folder with a wick.toml");
    syntax.option("--out-dir", out_, "where the files go", "DIR");
    syntax.option("--depfile", depfile_, "write what the files were made from, for Ninja", "FILE");
    syntax.option("--profile", profile_, "the profile that the image is really built with", "NAME");
  }

  Result<int> run() override {
    auto manifest = load_manifest(directory_, profile_);
    if (!manifest) return std::unexpected(manifest.error());
    auto rom = rom_assembly(*manifest);
    if (!rom) return std::unexpected(rom.error());
    fs::path out = fs::path(out_.empty() ? "." : out_).lexically_normal() / (manifest->image + ".data.S");
    // One file: starting the assembler takes longer than what it does.
    if (auto done = write_file(out, *rom + config_assembly(*manifest)); !done) return std::unexpected(done.error());
    if (!depfile_.empty()) {
      auto done = write_file(depfile_, rom_dependencies(*manifest, out.string()));
      if (!done) return std::unexpected(done.error());
    }
    return 0;
  }

 private:
  std::string directory_, out_, depfile_, profile_;
};

}  // namespace

std::unique_ptr<Command> make_generate() { return std::make_unique<Generate>(); }

}  // namespace wick::tool
