// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick compose NAME.debug -o NAME: from the linked image to the one that boots: checked, without symbols; with a
// monitor to the executable that runs itself.

#include <fmt/format.h>

#include "base/process.h"
#include "base/terminal.h"
#include "commands/commands.h"
#include "image/appliance.h"
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
    syntax.option("--monitor", monitor_, "program that runs the image on Linux: put it in front", "FILE");
    syntax.flag("--json", json_, "print a report of the image");
  }

  Result<int> run() override {
    if (output_.empty()) return fail("compose needs an output.", "add -o FILE.");
    auto elf = Elf::open(debug_);
    if (!elf) return std::unexpected(elf.error());
    auto facts = image_facts(*elf, debug_);
    if (!facts) return std::unexpected(facts.error());
    if (auto fine = check_image(*elf, *facts); !fine) return std::unexpected(fine.error());
    if (auto done = strip(debug_, output_); !done) return std::unexpected(done.error());
    if (!monitor_.empty()) {
      if (auto done = add_monitor(); !done) return std::unexpected(done.error());
    }
    if (json_) {
      auto final_image = Elf::open(output_);
      if (!final_image) return std::unexpected(final_image.error());
      print(report_json(*final_image, *facts));
    }
    return 0;
  }

 private:
  static Result<void> strip(const std::string& from, const std::string& to) {
    auto stripped = capture_program({"llvm-objcopy-19", "--strip-all", from, to}, {.merge_errors = true});
    if (!stripped) return std::unexpected(stripped.error());
    if (stripped->exit_code != 0) return fail(fmt::format("llvm-objcopy-19 refuses {}: {}", from, stripped->output));
    return {};
  }

  /// The output so far is the guest; it becomes the executable file.
  Result<void> add_monitor() {
    auto guest = read_file(output_);
    if (!guest) return std::unexpected(guest.error());
    if (auto done = strip(monitor_, output_); !done) return done;
    auto monitor = read_file(output_);
    if (!monitor) return std::unexpected(monitor.error());
    auto done = write_file(output_, compose_appliance(std::move(*monitor), *guest));
    if (!done) return done;
    std::error_code error;
    fs::permissions(output_, fs::perms(0755), error);
    if (error) return fail(fmt::format("{} can't be made executable: {}.", output_, error.message()));
    return {};
  }

  std::string debug_, output_, monitor_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_compose() { return std::make_unique<Compose>(); }

}  // namespace wick::tool
