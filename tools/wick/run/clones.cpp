// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/clones.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <span>

#include "base/interruptible.h"
#include "base/terminal.h"
#include "run/warm.h"

namespace wick::tool {
namespace {

constexpr unsigned kMost = 10'000;
constexpr unsigned kAtOnce = 16;  ///< that are starting, so that a small machine isn't asked for all at the same time

/// Waits for a copy that goes to the background, and takes its process id.
Result<int> process_of(const Child& child, const std::string& name) {
  const auto [code, output] = finish_program(child);
  if (code != 0)
    return fail(fmt::format("The copy {} doesn't start (exit code {}).", name, code), "the reason stands above.");
  return std::atoi(output.c_str());
}

struct Clone {
  std::string name;
  Arguments words;
};

/// Starts copies and hands on the process id of each that runs, in order.
/// @return what the first one that doesn't run has failed by
Result<void> start_some(std::span<const Clone> clones, std::vector<int>& processes) {
  std::vector<Child> starting;
  Result<void> fine;
  for (const Clone& clone : clones) {
    auto child = start_program(clone.words, true, Errors::pass, {}, Keys::for_us);
    if (!child) {
      fine = std::unexpected(child.error());
      break;
    }
    starting.push_back(*child);
  }
  for (std::size_t i = 0; i < starting.size(); ++i) {
    auto process = process_of(starting[i], clones[i].name);
    if (process) {
      processes.push_back(*process);
      print(fmt::format("{} {}", clones[i].name, *process));
    } else if (fine) {
      fine = std::unexpected(process.error());
    }
  }
  return fine;
}

/// A copy as it is started, number 0 first: its ports lie behind those of the run. @return fails where ports come to an
/// end
Result<NativeRun> describe_clone(const NativeRun& run, const std::string& name, unsigned number,
                                 const fs::path& snapshot) {
  NativeRun clone = run;
  clone.command.insert(clone.command.end(), {"--restore", snapshot.string(), "-d", "--name", name});
  for (Forward& forward : clone.forwards) {
    const unsigned port = forward.host_port + number * static_cast<unsigned>(run.forwards.size());
    if (port > 0xffff)
      return fail(fmt::format("There is no port {} for {}.", port, name), "start at a lower one, by -p.");
    forward.host_port = static_cast<std::uint16_t>(port);
  }
  if (auto free = settle_forwards(clone.forwards, false); !free) return std::unexpected(free.error());
  return clone;
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
  std::vector<Clone> clones;
  for (unsigned number = 0; number < count; ++number) {
    const std::string its_name = fmt::format("{}-{}", name, number + 1);
    auto clone = describe_clone(run, its_name, number, snapshot.path());
    if (!clone) return std::unexpected(clone.error());
    clones.push_back({its_name, clone->words()});
  }
  const Interruptible until_the_end;
  if (auto warm = warm_up(run.command, name, snapshot.path()); !warm) return warm;
  std::vector<int> processes;
  for (std::span<const Clone> left(clones); !left.empty();) {
    const auto some = left.first(std::min<std::size_t>(left.size(), kAtOnce));
    auto fine = start_some(some, processes);
    if (fine && Interruptible::interrupted())
      fine = fail("Stopped before all copies had started.", "those that had are ended.");
    if (!fine) {
      for (int process : processes) kill(process, SIGTERM);
      return fine;
    }
    left = left.subspan(some.size());
  }
  return {};
}

}  // namespace wick::tool
