// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick inspect IMAGE: what an image is made of; with --live also what it finds when it boots.

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/terminal.h"
#include "base/text.h"
#include "build/target.h"
#include "commands/commands.h"
#include "image/report.h"
#include "pack/sbom.h"
#include "run/live.h"

namespace wick::tool {
namespace {

class Inspect final : public Command {
 public:
  std::string name() const override { return "inspect"; }
  std::string summary() const override { return "Tell what an image is made of"; }
  std::string example() const override { return "wick inspect build/x86_64-cloud/http --live"; }
  void describe(Syntax& syntax) override {
    syntax.argument("IMAGE|DIR", target_, "an image, or a project to build first");
    syntax.option("--profile", profile_, "dev, cloud or tiny instead of the manifest's", "NAME");
    syntax.option("--wall", wall_, "none, ring, vm, hosted or process instead of the manifest's", "NAME");
    syntax.option("--machine", machine_, "for --live: " + hardware_help(), "KIND");
    syntax.flag("--live", live_, "run it, under QEMU if need be, and tell who is underneath");
    syntax.flag("--json", json_, "as JSON");
    syntax.flag("--sbom", sbom_, "what is in it, with versions and licences, as SPDX 2.3 in JSON");
  }

  Result<int> run() override {
    auto wall = asked_wall(wall_);
    if (!wall) return std::unexpected(wall.error());
    auto target = open_target(target_, profile_, *wall);
    if (!target) return std::unexpected(target.error());
    if (sbom_) return print_sbom(*target);
    LiveFacts live;
    if (live_) {
      const Hardware* kind = machine_.empty() ? &hardware().front() : find_hardware(machine_);
      if (!kind) return fail(fmt::format("There is no machine \"{}\".", machine_), "use " + hardware_help() + ".");
      auto seen = boot_for_facts(*target, *kind);
      if (!seen) return std::unexpected(seen.error());
      live = *seen;
    }
    json_ ? print_json(*target, live) : print_text(*target, live);
    return 0;
  }

 private:
  Result<int> print_sbom(const Target& target) const {
    auto text = sbom_of(target.elf, target.facts, target.built.debug, target_);
    if (!text) return std::unexpected(text.error());
    print(text->substr(0, text->size() - 1));
    return 0;
  }

  void print_text(const Target& target, const LiveFacts& live) const {
    print(report_text(target.elf, target.facts));
    if (!live_) return;
    print(fmt::format("\nlive\n  wall {} on {}, {} vCPU, {} KiB of heap\n  interfaces: {}", live.wall, live.underneath,
                      live.vcpus, live.heap_kib, join(live.interfaces, ", ")));
  }

  void print_json(const Target& target, const LiveFacts& live) const {
    auto json = nlohmann::ordered_json::parse(report_json(target.elf, target.facts));
    if (live_) {
      json["live"] = {{"wall", live.wall},
                      {"underneath", live.underneath},
                      {"vcpus", live.vcpus},
                      {"heap_kib", live.heap_kib},
                      {"interfaces", live.interfaces}};
    }
    print(json.dump(2));
  }

  std::string target_, profile_, wall_, machine_;
  bool live_ = false, json_ = false, sbom_ = false;
};

}  // namespace

std::unique_ptr<Command> make_inspect() { return std::make_unique<Inspect>(); }

}  // namespace wick::tool
