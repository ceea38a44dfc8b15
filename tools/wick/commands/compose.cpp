// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick compose NAME.debug -o NAME: from the linked image to the one that boots: checked, without symbols.

#include <fmt/format.h>

#include "base/process.h"
#include "base/terminal.h"
#include "commands/commands.h"
#include "image/check.h"
#include "image/report.h"

namespace wick::tool {
namespace {

class Compose final : public Command {
 public:
  std::string name() const override { return "compose"; }
  std::string summary() const override { return "Check a linked image and strip its symbols"; }
  std::string example() const override { return "wick compose build/x/http.debug -o build/x/http"; }
  bool hidden() const override { return true; }
  void describe(Syntax& syntax) override {
    syntax.argument("DEBUG", debug_, "the linked image, with symbols");
    syntax.option("-o,--output", output_, "the image to write", "FILE");
    syntax.flag("--json", json_, "print a report of the image");
  }

  Result<int> run() override {
    if (output_.empty()) return fail("compose needs an output.", "add -o FILE.");
    auto elf = Elf::open(debug_);
    if (!elf) return std::unexpected(elf.error());
    auto facts = image_facts(*elf, debug_);
    if (!facts) return std::unexpected(facts.error());
    if (auto fine = check_image(*elf, *facts); !fine) return std::unexpected(fine.error());
    auto stripped = capture_program({"llvm-objcopy-19", "--strip-all", debug_, output_}, {.merge_errors = true});
    if (!stripped) return std::unexpected(stripped.error());
    if (stripped->exit_code != 0) return fail(fmt::format("llvm-objcopy-19 refuses {}: {}", debug_, stripped->output));
    if (json_) {
      auto final_image = Elf::open(output_);
      if (!final_image) return std::unexpected(final_image.error());
      print(report_json(*final_image, *facts));
    }
    return 0;
  }

 private:
  std::string debug_, output_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_compose() { return std::make_unique<Compose>(); }

}  // namespace wick::tool
