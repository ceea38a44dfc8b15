// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick snapshot NAME|PID FILE: a running appliance, as it is, in a file that copies of it start from.

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "base/terminal.h"
#include "commands/commands.h"
#include "run/control.h"
#include "run/instance.h"

namespace wick::tool {
namespace {

class Snapshot final : public Command {
 public:
  std::string name() const override { return "snapshot"; }
  std::string summary() const override { return "Write an appliance that runs in the background to a file"; }
  std::string example() const override {
    return "wick snapshot web web.snapshot && ./http.appliance --restore web.snapshot";
  }
  void describe(Syntax& syntax) override {
    syntax.argument("NAME|PID", word_, "which of `wick ps`");
    syntax.argument("FILE", file_, "to be written; an appliance starts there by --restore FILE");
    syntax.flag("--end", end_, "end the appliance once the file is on the disk");
  }

  Result<int> run() override {
    auto all = instances();
    if (!all) return std::unexpected(all.error());
    auto instance = find_instance(word_, *all);
    if (!instance) return std::unexpected(instance.error());
    const std::string who = fmt::format("{} ({})", instance->name, instance->pid);
    auto taken = take_snapshot({control_socket(instance->log), who, end_}, file_);
    if (!taken) return std::unexpected(taken.error());
    if (end_ && !wait_for_end(*instance)) return fail(fmt::format("{} is in {}, and does not end.", who, file_));
    print(fmt::format("{}: {} KiB in {}, the guest stood still for {:.2f} ms{}", who, (taken->bytes + 1023) / 1024,
                      file_, static_cast<double>(taken->stopped_ns) / 1e6, end_ ? " and has ended" : ""));
    return 0;
  }

 private:
  static bool wait_for_end(const Instance& instance) {
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::seconds kLongest(10);
    const auto until = Clock::now() + kLongest;
    while (start_of_process(instance.pid) == instance.start) {
      if (Clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  std::string word_, file_;
  bool end_ = false;
};

}  // namespace

std::unique_ptr<Command> make_snapshot() { return std::make_unique<Snapshot>(); }

}  // namespace wick::tool
