// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/warm.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "abi/call.h"
#include "base/interruptible.h"

namespace wick::tool {
namespace {

bool is_written(const fs::path& snapshot) {
  std::error_code error;
  return fs::file_size(snapshot, error) > 0 && !error;
}

/// A millisecond, or until it says something, which nobody wants to know. @return whether it lives
bool leave_time(const Child& child) {
  pollfd speaks{child.output, POLLIN, 0};
  if (poll(&speaks, 1, 1) == 1) {
    char said[4096];
    if (read(child.output, said, sizeof said) <= 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  siginfo_t ended{};
  waitid(P_PID, static_cast<id_t>(child.pid), &ended, WEXITED | WNOHANG | WNOWAIT);
  return ended.si_pid == 0;
}

}  // namespace

Result<void> warm_up(const Arguments& command, const std::string& name, const fs::path& snapshot) {
  constexpr std::chrono::seconds kLongest(60);
  Arguments words = command;
  words.insert(words.end(), {"--snapshot", snapshot.string()});
  auto child = start_program(words, true, Errors::pass, {}, Keys::for_us);
  if (!child) return std::unexpected(child.error());
  const auto until = std::chrono::steady_clock::now() + kLongest;
  bool lives = true;
  while (lives && !Interruptible::signal() && !is_written(snapshot) && std::chrono::steady_clock::now() < until)
    lives = leave_time(*child);
  if (lives) kill(child->pid, SIGKILL);  // nothing of it is wanted any more
  const int code = finish_program(*child).exit_code;
  if (Interruptible::signal()) return fail("Stopped before it had taken its checkpoint.");
  if (is_written(snapshot)) return {};
  if (!lives && code == raw(ExitCode::cannot_start))
    return fail(fmt::format("{} can't be started.", name), "the reason stands above.");
  return fail(fmt::format("{} took no checkpoint to make copies of.", name),
              "a program takes one by wick_checkpoint(), once it is warm; its wick.toml allows the call.");
}

}  // namespace wick::tool
