// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Appliances that go to sleep, and those that end otherwise.
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "abi/call.h"
#include "abi/host/keeper.h"
#include "base/terminal.h"
#include "serve/clients.h"
#include "serve/fleet.h"

namespace wick::tool {
namespace {

constexpr unsigned kMostFailures = 3;  ///< in a row, before an appliance begins afresh, or its clients are sent away
constexpr std::chrono::seconds kGrace{5};  ///< for those that are to end
constexpr unsigned kMostRefused = 4096;    ///< clients of a door at a time, as many as the kernel lets wait

}  // namespace

void Fleet::set_quiet(std::uint32_t number, bool quiet) {
  Appliance& appliance = at(number);
  if (appliance.quiet) quiet_.erase({appliance.quiet_since, number});
  appliance.quiet = quiet;
  if (!quiet) return;
  appliance.quiet_since = std::chrono::steady_clock::now();
  quiet_.insert({appliance.quiet_since, number});
}

void Fleet::say(const Appliance& appliance, char word) {
  (void)send(appliance.words, &word, sizeof word, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void Fleet::ask_to_rest(std::uint32_t number) {
  set_quiet(number, false);
  Appliance& appliance = at(number);
  appliance.state = Appliance::State::asked;
  ++resting_;
  say(appliance, static_cast<char>(KeeperWord::rest));
}

/// Nobody is there, and who comes waits.
void Fleet::suspend(std::uint32_t number) {
  Appliance& appliance = at(number);
  appliance.state = Appliance::State::suspending;
  kill(appliance.process, SIGKILL);
}

int Fleet::run_timers() {
  const Moment now = std::chrono::steady_clock::now();
  while (!quiet_.empty() && quiet_.begin()->first + options_.idle <= now) ask_to_rest(quiet_.begin()->second);
  if (stops_ && stop_due_ <= now) stop();
  Moment due = stops_ ? stop_due_ : Moment::max();
  if (!quiet_.empty()) due = std::min(due, quiet_.begin()->first + options_.idle);
  if (due == Moment::max()) return -1;
  constexpr std::chrono::milliseconds kLongest{3'600'000};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - now);
  return static_cast<int>(std::clamp(left, std::chrono::milliseconds{0}, kLongest).count());
}

void Fleet::ended(int process, int status) {
  const auto found = by_process_.find(process);
  if (found == by_process_.end()) return;
  const std::uint32_t number = found->second;
  by_process_.erase(found);
  Appliance& appliance = at(number);
  const auto before = appliance.state;
  set_quiet(number, false);
  records_.remove(appliance);
  close(appliance.words);
  appliance.process = appliance.words = -1;
  appliance.state = Appliance::State::asleep;
  --metrics_.awake;
  if (before == Appliance::State::waking) --waking_;
  if (before == Appliance::State::asked || before == Appliance::State::suspending) --resting_;
  if (before == Appliance::State::suspending) {
    ++metrics_.suspends;
    appliance.failures = 0;
  } else if (before != Appliance::State::ending && status != 0) {
    failed(number, status);
  }
  if (!stops_) watch(number, true);
  pump();
}

void Fleet::failed(std::uint32_t number, int status) {
  Appliance& appliance = at(number);
  ++metrics_.failures;
  ++appliance.failures;
  if (appliance.own && WIFEXITED(status) && WEXITSTATUS(status) == raw(ExitCode::cannot_start))
    return drop_snapshot(appliance, "its snapshot can't be used");
  if (appliance.failures < kMostFailures) return;
  if (appliance.own) return drop_snapshot(appliance, "it has failed too often");
  remark(fmt::format("{} has failed {} times ({}): its clients are sent away, `wick logs` has its console.",
                     appliance.name, appliance.failures,
                     WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                                         : fmt::format("exit code {}", WEXITSTATUS(status))));
  appliance.failures = 0;
  refuse_waiting(appliance);
}

/// The next time it wakes from the warm snapshot of its image.
void Fleet::drop_snapshot(Appliance& appliance, const char* why) {
  std::error_code error;
  fs::remove(own_snapshot(appliance), error);
  appliance.own = false;
  appliance.failures = 0;
  remark(fmt::format("{} begins afresh: {}.", appliance.name, why));
}

void Fleet::refuse_waiting(Appliance& appliance) {
  for (const Door& door : appliance.doors) {
    for (unsigned count = 0; count < kMostRefused; ++count) {
      const int client = take_client(door);
      if (client < 0) break;
      refuse(client);
      ++metrics_.refused;
    }
  }
}

void Fleet::stop() {
  const bool again = std::exchange(stops_, true);
  stop_due_ = std::chrono::steady_clock::now() + kGrace;
  for (std::uint32_t number = 0; number < appliances_.size(); ++number) {
    Appliance& appliance = at(number);
    if (!again) watch(number, false);
    if (!appliance.has_process()) continue;
    if (again) appliance.state = Appliance::State::ending;
    if (again || !options_.keeps)
      kill(appliance.process, again ? SIGKILL : SIGTERM);
    else if (appliance.state == Appliance::State::awake)
      ask_to_rest(number);
  }
}

}  // namespace wick::tool
