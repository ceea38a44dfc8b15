// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick stop NAME|PID...: asks appliances in the background to end, and sees to it.

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <memory>

#include "base/terminal.h"
#include "commands/commands.h"
#include "run/instance.h"

namespace wick::tool {
namespace {

/// A process by a file, so that no other one that gets its number can be meant.
class Process {
 public:
  explicit Process(const Instance& instance)
      : name_(fmt::format("{} ({})", instance.name, instance.pid)),
        file_(static_cast<int>(syscall(SYS_pidfd_open, instance.pid, 0))) {
    // What the file stands for now is what it stands for ever: checked after opening.
    if (start_of_process(instance.pid) == instance.start || file_ < 0) return;
    close(file_);
    file_ = -1;
  }
  ~Process() {
    if (file_ >= 0) close(file_);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const std::string& name() const { return name_; }
  bool lives() const { return file_ >= 0; }
  bool send(int signal) const { return syscall(SYS_pidfd_send_signal, file_, signal, nullptr, 0) == 0; }
  /// @return whether it has ended within these seconds
  bool wait(double seconds) const {
    pollfd end{file_, POLLIN, 0};
    return poll(&end, 1, static_cast<int>(seconds * 1000)) > 0;
  }

 private:
  std::string name_;
  int file_;
};

class Stop final : public Command {
 public:
  std::string name() const override { return "stop"; }
  std::string summary() const override { return "End appliances that run in the background"; }
  std::string example() const override { return "wick stop http"; }
  void describe(Syntax& syntax) override {
    syntax.arguments("NAME|PID", words_, "which of `wick ps`; may be several, also by a beginning: 'http-*'");
    syntax.option("--timeout", timeout_, "kill it after this time instead of 10", "SECONDS");
  }

  Result<int> run() override {
    if (words_.empty()) return fail("stop needs to know which appliance.", "`wick ps` lists them.");
    double seconds = 10;
    if (!timeout_.empty()) {
      auto [end, error] = std::from_chars(timeout_.data(), timeout_.data() + timeout_.size(), seconds);
      if (error != std::errc{} || end != timeout_.data() + timeout_.size() || !(seconds >= 0 && seconds < 1e6))
        return fail(fmt::format("\"{}\" is not a time.", timeout_), "write seconds, for example --timeout 30.");
    }
    auto all = instances();
    if (!all) return std::unexpected(all.error());
    int code = 0;
    const auto say = [&](const Error& error) {
      complain(error);
      code = 1;
    };
    // All are asked before any is waited for.
    std::vector<std::unique_ptr<Process>> asked;
    for (const std::string& word : words_) {
      auto meant = find_instances(word, *all);
      if (!meant) {
        say(meant.error());
        continue;
      }
      for (const Instance& instance : *meant) {
        auto process = std::make_unique<Process>(instance);
        if (!process->lives()) continue;  // it has ended meanwhile: what was wanted
        if (process->send(SIGTERM))
          asked.push_back(std::move(process));
        else
          say(fail(fmt::format("{} can't be sent a signal.", process->name())).error());
      }
    }
    for (const auto& process : asked)
      if (auto done = see_end(*process, seconds); !done) say(done.error());
    return code;
  }

 private:
  static Result<void> see_end(const Process& process, double seconds) {
    constexpr double kKilled = 5;  // a process in the middle of a system call still ends it
    if (process.wait(seconds)) {
      print("stopped " + process.name());
      return {};
    }
    remark(fmt::format("{} does not end within {} s and is killed.", process.name(), seconds));
    if (!process.send(SIGKILL) || !process.wait(kKilled))
      return fail(fmt::format("{} can't be killed.", process.name()));
    if (auto swept = instances(); !swept) return std::unexpected(swept.error());
    print("killed " + process.name());
    return {};
  }

  std::vector<std::string> words_;
  std::string timeout_;
};

}  // namespace

std::unique_ptr<Command> make_stop() { return std::make_unique<Stop>(); }

}  // namespace wick::tool
