// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick logs NAME|PID: the console of an appliance in the background, also after its end.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "base/terminal.h"
#include "commands/commands.h"
#include "run/console.h"
#include "run/crash.h"
#include "run/instance.h"

namespace wick::tool {
namespace {

/// Of appliances that have ended only the log is left: NAME-PID.log. @return the last written one that `word` means
fs::path ended_log(const std::string& word) {
  fs::path best;
  fs::file_time_type newest = fs::file_time_type::min();
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(runtime_folder(), error)) {
    const std::string stem = entry.path().stem().string();
    const std::size_t dash = stem.rfind('-');
    if (entry.path().extension() != ".log" || dash == stem.npos) continue;
    if (stem.substr(0, dash) != word && stem.substr(dash + 1) != word) continue;
    const auto written = entry.last_write_time(error);
    if (error || written <= newest) continue;
    newest = written;
    best = entry.path();
  }
  return best;
}

class Logs final : public Command {
 public:
  std::string name() const override { return "logs"; }
  std::string summary() const override { return "Show the console of an appliance in the background"; }
  std::string example() const override { return "wick logs http -f"; }
  void describe(Syntax& syntax) override {
    syntax.argument("NAME|PID", word_, "which of `wick ps`, or one that has ended");
    syntax.flag("-f,--follow", follow_, "go on until it ends");
    syntax.flag("-v,--verbose", verbose_, "also show what the image tells its runner");
  }

  Result<int> run() override {
    auto all = instances();
    if (!all) return std::unexpected(all.error());
    auto instance = find_instance(word_, *all);
    fs::path log = instance ? instance->log : ended_log(word_);
    if (log.empty()) return std::unexpected(instance.error());
    std::ifstream file(log, std::ios::binary);
    if (!file) return fail(fmt::format("{} can't be read.", log.string()));
    bool reader_gone = false;
    Console console(
        [&](std::string_view text) {
          std::fwrite(text.data(), 1, text.size(), stdout);
          reader_gone = std::fflush(stdout) != 0;
        },
        verbose_ || !instance,
        [&](std::string_view crash) {
          if (instance) explain(crash, instance->image);
        });
    for (bool more = true; more && !reader_gone;) {
      // First the question whether it lives, then the rest of what it wrote: nothing of its last words is missed.
      more = follow_ && instance && start_of_process(instance->pid) == instance->start;
      show_rest(file, console);
      if (more) std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    console.finish();
    if (!instance && !console.crash().empty())
      remark(fmt::format("`wick crash {}` puts names to the crash.", log.string()));
    return 0;
  }

 private:
  static void show_rest(std::ifstream& file, Console& console) {
    std::array<char, 65536> buffer;
    file.clear();
    while (file.read(buffer.data(), buffer.size()), file.gcount() > 0)
      console.feed({buffer.data(), static_cast<std::size_t>(file.gcount())});
  }

  static void explain(std::string_view crash, const std::string& image) {
    auto report = parse_crash(crash);
    if (report) fmt::print(stderr, "{}\n", explain_crash(*report, image + ".debug"));
  }

  std::string word_;
  bool follow_ = false, verbose_ = false;
};

}  // namespace

std::unique_ptr<Command> make_logs() { return std::make_unique<Logs>(); }

}  // namespace wick::tool
