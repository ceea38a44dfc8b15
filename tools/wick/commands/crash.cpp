// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick crash FILE: reads a console log that holds a crash block, or a record of /dev/crash, and puts names to its
// addresses.

#include "run/crash.h"

#include <fmt/format.h>

#include <iostream>
#include <iterator>

#include "base/terminal.h"
#include "build/tree.h"
#include "commands/commands.h"
#include "image/elf.h"

namespace wick::tool {
namespace {

/// The image with symbols of that build-id among the build folders; empty when there is none.
fs::path find_debug_image(const std::string& build_id) {
  auto root = toolkit_root();
  if (!root) return {};
  std::error_code error;
  for (const auto& folder : fs::directory_iterator(*root / "build", error)) {
    if (!folder.is_directory(error)) continue;
    for (const auto& file : fs::directory_iterator(folder, error)) {
      if (file.path().extension() != ".debug") continue;
      if (auto elf = Elf::open(file.path()); elf && elf->build_id() == build_id) return file.path();
    }
  }
  return {};
}

class Crash final : public Command {
 public:
  std::string name() const override { return "crash"; }
  std::string summary() const override { return "Put names to the addresses of a crash on a console"; }
  std::string example() const override { return "wick crash console.log"; }
  void describe(Syntax& syntax) override {
    syntax.argument("FILE", file_, "console log or record, - for standard input");
    syntax.option("--debug", debug_, "image with symbols, where the build folders don't have it", "FILE");
  }

  Result<int> run() override {
    Result<std::string> text =
        file_ == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>())
                     : read_file(file_);
    if (!text) return std::unexpected(text.error());
    auto report = read_record(*text);
    if (!report) report = parse_crash(*text);
    if (!report)
      return fail(fmt::format("{} holds neither a crash record nor a crash block.", file_),
                  "a console's block begins with the line \"[wick] crash\"; /dev/crash gives a record of 4096 bytes.");
    fs::path debug = debug_.empty() ? find_debug_image(report->build_id) : fs::path(debug_);
    if (debug.empty())
      return fail(fmt::format("No build folder holds an image of build-id {}.", report->build_id),
                  "name it with --debug FILE.");
    print(explain_crash(*report, debug));
    return 0;
  }

 private:
  std::string file_, debug_;
};

}  // namespace

std::unique_ptr<Command> make_crash() { return std::make_unique<Crash>(); }

}  // namespace wick::tool
