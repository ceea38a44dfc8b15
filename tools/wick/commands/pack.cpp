// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick pack DIR|IMAGE: makes a disk that starts the appliance by itself, in the form in which somebody imports it.

#include <fmt/format.h>

#include "base/terminal.h"
#include "base/text.h"
#include "build/target.h"
#include "commands/commands.h"
#include "pack/disk.h"
#include "pack/formats.h"
#include "pack/slot.h"

namespace wick::tool {
namespace {

class Pack final : public Command {
 public:
  std::string name() const override { return "pack"; }
  std::string summary() const override { return "Make a disk that starts the appliance, under BIOS and UEFI"; }
  std::string example() const override { return "wick pack apps/http --format raw -o http.raw"; }

  void describe(Syntax& syntax) override {
    syntax.argument("DIR|IMAGE", target_, "a project to build first, or an image");
    syntax.option("--format", format_, format_help(), "NAME");
    syntax.option("-o,--output", output_, "file to write instead of one in this folder, named as the image", "FILE");
    syntax.option("--profile", profile_, "dev, cloud or tiny instead of the manifest's", "NAME");
    syntax.option("--wall", wall_, "none, ring or vm instead of the manifest's", "NAME");
    syntax.option("--config", configuration_, "file with the configuration block, which becomes part of the disk",
                  "FILE");
    syntax.options("--arg", settings_.arguments, "argument of the application instead of the manifest's", "TEXT");
    syntax.options("--env", settings_.environment, "environment variable", "NAME=VALUE");
    syntax.option("--append", settings_.append, "more words for the kernel command line", "TEXT");
  }

  Result<int> run() override {
    const Format* format = find_format(format_);
    if (!format) return fail(fmt::format("There is no format \"{}\".", format_), "use " + format_help() + ".");
    auto wall = asked_wall(wall_);
    if (!wall) return std::unexpected(wall.error());
    auto target = open_target(target_, profile_, *wall);
    if (!target) return std::unexpected(target.error());
    if (target->elf.monitor_size() != 0)
      return fail(fmt::format("{} runs itself as a program of Linux: no machine boots it from a disk.",
                              target->built.image.string()),
                  "add --wall none, ring or vm.");
    auto slot = make_slot(*target);
    if (!slot) return std::unexpected(slot.error());
    auto disk = raw_disk({*slot, target->facts.build_id});
    if (!disk) return std::unexpected(disk.error());
    const fs::path to = output_.empty() ? fmt::format("{}.{}", target->facts.name, format->suffix) : output_;
    if (auto done = format->write(*disk, to); !done) return std::unexpected(done.error());
    std::error_code error;
    remark(fmt::format("{}: {} of {}.", to.string(), format->name, human_size(fs::file_size(to, error))));
    return 0;
  }

 private:
  Result<std::string> make_slot(const Target& target) const {
    std::string configuration;
    if (!configuration_.empty()) {
      auto text = read_file(configuration_);
      if (!text) return std::unexpected(text.error());
      configuration = *text;
    }
    auto texts = boot_texts(settings_, configuration);
    if (!texts) return std::unexpected(texts.error());
    return slot_bytes(target.elf, target.facts, texts->command_line,
                      texts->block.empty() ? configuration : texts->block);
  }

  std::string target_, format_ = "raw", output_, profile_, wall_, configuration_;
  BootSettings settings_;
};

}  // namespace

std::unique_ptr<Command> make_pack() { return std::make_unique<Pack>(); }

}  // namespace wick::tool
