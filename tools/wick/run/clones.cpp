// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/clones.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "base/interruptible.h"
#include "base/terminal.h"
#include "run/warm.h"

namespace wick::tool {
namespace {

constexpr unsigned kMost = 10'000;

/// Whether the ports of all copies, which lie behind those of the run, are there and free.
Result<void> check_ports(const NativeRun& run, const std::string& name, unsigned count) {
  for (unsigned number = 0; number < count; ++number) {
    auto forwards = run.forwards;
    for (Forward& forward : forwards) {
      const unsigned port = forward.host_port + number * static_cast<unsigned>(run.forwards.size());
      if (port > 0xffff)
        return fail(fmt::format("There is no port {} for {}-{}.", port, name, number + 1),
                    "start at a lower one, by -p.");
      forward.host_port = static_cast<std::uint16_t>(port);
    }
    if (auto free = settle_forwards(forwards, false); !free) return std::unexpected(free.error());
  }
  return {};
}

/// Copies that run, as the process that starts them tells of each: "NAME-NUMBER PID". They come in any order.
class Running {
 public:
  Running(std::string name, unsigned count) : name_(std::move(name)), processes_(count) {}

  void hear(std::string_view text) {
    said_ += text;
    for (std::size_t end; (end = said_.find('\n')) != said_.npos; said_.erase(0, end + 1)) {
      unsigned number = 0;
      int process = 0;
      if (std::sscanf(said_.c_str() + name_.size(), "-%u %d", &number, &process) == 2 && number - 1 < processes_.size())
        processes_[number - 1] = process;
    }
    for (; told_ < processes_.size() && processes_[told_]; ++told_)
      print(fmt::format("{} {}", name_of(told_), processes_[told_]));
  }
  bool all() const { return told_ == processes_.size(); }
  std::string first_missing() const { return name_of(told_); }
  void end() const {
    for (const int process : processes_)
      if (process) kill(process, SIGTERM);
  }

 private:
  std::string name_of(std::size_t index) const { return fmt::format("{}-{}", name_, index + 1); }

  std::string name_, said_;
  std::vector<int> processes_;  ///< 0: isn't known to run
  std::size_t told_ = 0;        ///< so many, from the first on, the user has been told of
};

/// Starts the one process that becomes all of them. @return what the first one that doesn't run has failed by
Result<void> start_all(const Arguments& words, const std::string& name, unsigned count) {
  auto child = start_program(words, true, Errors::pass, {}, Keys::for_us);
  if (!child) return std::unexpected(child.error());
  Running copies(name, count);
  char text[4096];
  for (bool told = false;;) {
    if (Interruptible::signal() && !std::exchange(told, true))
      kill(child->pid, SIGTERM);  // those that aren't announced end with it
    const ssize_t length = read(child->output, text, sizeof text);
    if (length > 0) copies.hear({text, static_cast<std::size_t>(length)});
    if (length == 0 || (length < 0 && errno != EINTR)) break;
  }
  const int code = wait_program(*child);
  if (!Interruptible::signal() && code == 0 && copies.all()) return {};
  copies.end();
  if (Interruptible::signal()) return fail("Stopped before all copies had started.", "those that had are ended.");
  return fail(fmt::format("The copy {} doesn't start (exit code {}).", copies.first_missing(), code),
              "the reason stands above.");
}

}  // namespace

Result<unsigned> clone_count(const RunOptions& options) {
  const std::string& text = options.clones;
  if (text.empty()) return 0u;
  unsigned count = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || count == 0 || count > kMost)
    return fail(fmt::format("\"{}\" is no number of copies.", text), fmt::format("write 1 to {}.", kMost));
  const std::pair<bool, const char*> refused[] = {{!options.tap.empty(), "--tap"},
                                                  {!options.disks.empty(), "--disk"},
                                                  {!options.vsock.empty(), "--vsock"},
                                                  {!options.gdb.empty(), "--gdb"},
                                                  {!options.timeout.empty(), "--timeout"}};
  for (const auto& [given, option] : refused)
    if (given) return fail(fmt::format("Copies can't share what {} names.", option), "leave it or --clones out.");
  if (options.detach) return fail("Copies are in the background anyway.", "leave -d out.");
  if (options.dry_run)
    return fail("--dry-run shows one command line, and copies have many.", "leave it or --clones out.");
  return count;
}

Result<void> start_clones(const NativeRun& run, const std::string& name, unsigned count) {
  // As the appliance wants it (monitor/options.cpp).
  const std::string last = fmt::format("{}-{}", name, count);
  if (constexpr std::size_t kLongest = 63; last.size() > kLongest)
    return fail(fmt::format("The name {} is too long for a copy: it would have {} characters.", last, last.size()),
                fmt::format("{} are allowed; give a shorter one by --name.", kLongest));
  TemporaryFile snapshot;  // is gone at the end: who has mapped it keeps it
  if (auto made = snapshot.write(""); !made) return made;
  if (auto free = check_ports(run, name, count); !free) return free;
  const Interruptible until_the_end;
  if (auto warm = warm_up(run.command, name, snapshot.path()); !warm) return warm;
  Arguments words = run.words();
  words.insert(words.end(), {"--restore", snapshot.path().string(), "--clones", std::to_string(count), "--name", name});
  return start_all(words, name, count);
}

}  // namespace wick::tool
