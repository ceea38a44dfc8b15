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
    return "Measure the figures, compare with their targets, write a page of docs/";
  }
  std::string example() const override { return "wick bench --native --quick"; }
  void describe(Syntax& syntax) override {
    syntax.options("--only", only_, "these subjects; the page is left alone", "SUBJECT");
    syntax.flag("--quick", quick_, "shorter runs and no clean clone; the page is left alone");
    syntax.flag("--check", check_,
                "hold the figures of tests/bench/limits.toml to their limits; the page is left alone");
    syntax.flag("--native", native_, "appliances on Linux beside native programs: writes docs/bench-native.md");
    syntax.flag("--ports", ports_,
                "programs of others beside native ones and microVMs of Linux: writes docs/bench-ports.md");
    syntax.flag("--tls", tls_, "apps/https beside nginx with OpenSSL: writes docs/bench-tls.md");
    syntax.flag("--volumes", volumes_, "files on volumes beside the host's file system: writes docs/bench-volumes.md");
    syntax.flag("--density", density_, "memory of a thousand idle appliances, of --native's subjects this one alone");
  }

  Result<int> run() override {
    auto root = toolkit_root();
    if (!root) return std::unexpected(root.error());
    const bool on_linux = native_ || density_;
    if (ports_ + on_linux + volumes_ + tls_ > 1)
      return fail("--ports, --volumes, --tls and --native or --density don't go together.",
                  "call one after the other.");
    if (check_ && (ports_ || volumes_ || tls_ || density_))
      return fail("--check has no limits for --ports, --volumes, --tls and --density.",
                  "call it alone or with --native.");
    const char* name = tls_ ? "tls.py" : on_linux ? "native.py" : volumes_ ? "volumes.py" : "bench.py";
    Arguments script{"python3", (*root / "tests/bench" / name).string()};
    if (ports_) script.push_back("--ports");
    if (quick_) script.push_back("--quick");
    if (check_) script.push_back("--check");
    if (density_ && !native_) script.insert(script.end(), {"--only", "density"});
    for (const std::string& subject : only_) script.insert(script.end(), {"--only", subject});
    return run_program(script);
  }

 private:
  std::vector<std::string> only_;
  bool quick_ = false, check_ = false, native_ = false, density_ = false, ports_ = false, volumes_ = false,
       tls_ = false;
};

}  // namespace

std::unique_ptr<Command> make_bench() { return std::make_unique<Bench>(); }

}  // namespace wick::tool
