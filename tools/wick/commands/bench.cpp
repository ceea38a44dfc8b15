// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick bench: the figures that Wick promises, measured, beside their targets. The measuring itself is a script, because
// it is all about driving other programs.

#include "base/process.h"
#include "build/tree.h"
#include "commands/commands.h"

namespace wick::tool {
namespace {

class Bench final : public Command {
 public:
  std::string name() const override { return "bench"; }
  std::string summary() const override {
    return "Measure the figures, compare with their targets, write docs/bench.md";
  }
  std::string example() const override { return "wick bench --quick"; }
  void describe(Syntax& syntax) override {
    syntax.options("--only", only_, "these subjects; docs/bench.md is left alone", "SUBJECT");
    syntax.flag("--quick", quick_, "shorter runs and no clean clone; docs/bench.md is left alone");
  }

  Result<int> run() override {
    auto root = toolkit_root();
    if (!root) return std::unexpected(root.error());
    Arguments script{"python3", (*root / "tests/bench/bench.py").string()};
    if (quick_) script.push_back("--quick");
    for (const std::string& subject : only_) script.insert(script.end(), {"--only", subject});
    return run_program(script);
  }

 private:
  std::vector<std::string> only_;
  bool quick_ = false;
};

}  // namespace

std::unique_ptr<Command> make_bench() { return std::make_unique<Bench>(); }

}  // namespace wick::tool
