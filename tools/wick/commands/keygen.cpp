// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick keygen NAME: a pair of keys for disks that start nothing else than what their owner has signed.

#include <fmt/format.h>

#include "base/terminal.h"
#include "commands/commands.h"
#include "pack/signing_key.h"

namespace wick::tool {
namespace {

constexpr unsigned kOwnerOnly = 0600, kForAll = 0644;

class Keygen final : public Command {
 public:
  std::string name() const override { return "keygen"; }
  std::string summary() const override { return "Make a pair of keys that disks are signed by"; }
  std::string example() const override { return "wick keygen release"; }

  void describe(Syntax& syntax) override {
    syntax.argument("NAME", name_, "writes NAME.key, which is secret, and NAME.pub, neither of which may be there yet");
  }

  Result<int> run() override {
    if (fs::path(name_).filename().empty() || name_.ends_with('.'))
      return fail(fmt::format("\"{}\" is no name of a file.", name_), "write for example wick keygen release.");
    const std::string secret = name_ + ".key", open = name_ + ".pub";
    std::error_code error;
    if (fs::exists(open, error)) return fail(fmt::format("{} is there already.", open), kHint);
    auto key = SecretKey::make();
    if (!key) return std::unexpected(key.error());
    if (auto done = write_new_file(secret, key->text(), kOwnerOnly); !done) return explained(done.error());
    if (auto done = write_new_file(open, public_key_text(key->public_key()), kForAll); !done) {
      fs::remove(secret, error);
      return explained(done.error());
    }
    remark(fmt::format("{} signs and stays secret; {}, which anybody may have, tells its signatures.", secret, open));
    return 0;
  }

 private:
  static constexpr const char* kHint = "keys are never overwritten: choose another name.";

  static std::unexpected<Error> explained(Error error) {
    if (error.sentence.ends_with("is there already.")) error.hint = kHint;
    return std::unexpected(std::move(error));
  }

  std::string name_;
};

}  // namespace

std::unique_ptr<Command> make_keygen() { return std::make_unique<Keygen>(); }

}  // namespace wick::tool
