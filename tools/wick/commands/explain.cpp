// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick explain: the words of a failed link, from standard input, as sentences. tools/link.in calls it.

#include <iostream>
#include <iterator>

#include "base/terminal.h"
#include "base/text.h"
#include "build/missing.h"
#include "build/tree.h"
#include "commands/commands.h"

namespace wick::tool {
namespace {

class Explain final : public Command {
 public:
  std::string name() const override { return "explain"; }
  std::string summary() const override { return "Say of each name that a link lacks who asks for it and what to do"; }
  std::string example() const override { return "ld.lld-19 main.o 2>&1 | wick explain"; }
  bool hidden() const override { return true; }
  void describe(Syntax&) override {}

  Result<int> run() override {
    auto root = toolkit_root();
    if (!root) return std::unexpected(root.error());
    auto absent = Absent::load(*root);
    if (!absent) return std::unexpected(absent.error());
    const std::string words{std::istreambuf_iterator<char>(std::cin), {}};
    print(trim(explain_link(words, *absent)));
    return 0;
  }
};

}  // namespace

std::unique_ptr<Command> make_explain() { return std::make_unique<Explain>(); }

}  // namespace wick::tool
