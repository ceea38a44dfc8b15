// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Appliances that go to sleep, and those that end otherwise.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <span>
#include <utility>

#include "abi/call.h"
#include "abi/host/control.h"
#include "abi/host/keeper.h"
#include "base/handed_file.h"
#include "base/terminal.h"
#include "serve/clients.h"
#include "serve/fleet.h"

namespace wick::tool {
namespace {

constexpr unsigned kMostFailures = 3;  ///< in a row, before an appliance begins afresh, or its clients are sent away
constexpr std::chrono::seconds kLongestWriting{60};
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

/// @param time 0: it has any
void Fleet::limit(std::uint32_t number, std::chrono::seconds time) {
  Appliance& appliance = at(number);
  limited_.erase({appliance.due, number});
  appliance.due = {};
  if (time == time.zero()) return;
  appliance.due = std::chrono::steady_clock::now() + time;
  limited_.insert({appliance.due, number});
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

/// Nobody is there, and who comes waits. The snapshot gets its name when it is whole.
void Fleet::suspend(std::uint32_t number) {
  set_quiet(number, false);
  Appliance& appliance = at(number);
  const int file = open(new_snapshot(appliance).c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  ControlRequest request;
  request.flags = ControlRequest::kEndAfterwards;
  appliance.control = file < 0 ? -1 : connect_to(records_.control_of(appliance));
  const bool asked = appliance.control >= 0 && poller_.add(appliance.control, {Tag::Kind::answer, number}) &&
                     send_file(appliance.control, file, std::as_bytes(std::span(&request, 1)));
  const int error = errno;
  if (file >= 0) close(file);
  if (appliance.state != Appliance::State::asked) ++resting_;
  appliance.state = Appliance::State::suspending;
  limit(number, kLongestWriting);
  if (asked) return;
  remark(fmt::format("{} can't be put to sleep: {}.", appliance.name, std::strerror(error)));
  go_on(number);
}

void Fleet::answered(std::uint32_t number) {
  Appliance& appliance = at(number);
  ControlAnswer answer;
  const ssize_t got = appliance.control < 0 ? -1 : recv(appliance.control, &answer, sizeof answer, MSG_DONTWAIT);
  if (got == 0) poller_.remove(appliance.control);
  if (got != sizeof answer || appliance.state != Appliance::State::suspending) return;
  std::error_code error;
  if (answer.result == ControlAnswer::Result::done) fs::rename(new_snapshot(appliance), own_snapshot(appliance), error);
  if (answer.result == ControlAnswer::Result::done && !error) {
    appliance.own = true;
    appliance.state = Appliance::State::suspended;
    return;
  }
  answer.sentence[sizeof answer.sentence - 1] = 0;
  remark(fmt::format("{} can't be put to sleep: {}.", appliance.name, error ? error.message() : answer.sentence));
  go_on(number);
}

/// It stays awake until it has been quiet again.
void Fleet::go_on(std::uint32_t number) {
  Appliance& appliance = at(number);
  ++metrics_.failures;
  --resting_;
  if (appliance.control >= 0) close(std::exchange(appliance.control, -1));
  std::error_code error;
  fs::remove(new_snapshot(appliance), error);
  appliance.state = Appliance::State::awake;
  limit(number, {});
  say(appliance, static_cast<char>(KeeperWord::go_on));
}

int Fleet::run_timers() {
  const Moment now = std::chrono::steady_clock::now();
  while (!quiet_.empty() && quiet_.begin()->first + options_.idle <= now) ask_to_rest(quiet_.begin()->second);
  while (!limited_.empty() && limited_.begin()->first <= now) {
    const std::uint32_t number = limited_.begin()->second;
    remark(fmt::format("{} takes too long and is ended.", at(number).name));
    kill(at(number).process, SIGKILL);
    limit(number, {});
  }
  if (stops_ && stop_due_ <= now) hurry();
  Moment due = stops_ ? stop_due_ : Moment::max();
  if (!limited_.empty()) due = std::min(due, limited_.begin()->first);
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
  answered(number);  // may be there still
  const auto before = appliance.state;
  set_quiet(number, false);
  limit(number, {});
  records_.remove(appliance);
  close(appliance.words);
  if (appliance.control >= 0) close(appliance.control);
  appliance.process = appliance.words = appliance.control = -1;
  appliance.state = Appliance::State::asleep;
  --metrics_.awake;
  if (before == Appliance::State::waking) --waking_;
  std::error_code error;
  if (before >= Appliance::State::suspending) fs::remove(new_snapshot(appliance), error);  // what it hasn't finished
  if (before >= Appliance::State::asked && before <= Appliance::State::suspended) --resting_;
  if (before == Appliance::State::suspended) {
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
    return drop_snapshot(appliance, "can't be used");
  if (appliance.failures < kMostFailures) return;
  if (appliance.own) return drop_snapshot(appliance, "has failed too often");
  remark(fmt::format("{} has failed {} times ({}): its clients are sent away, `wick logs` has its console.",
                     appliance.name, appliance.failures,
                     WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                                         : fmt::format("exit code {}", WEXITSTATUS(status))));
  appliance.failures = 0;
  refuse_waiting(appliance);
}

/// The next time it wakes from the warm snapshot of its image. What it had in memory isn't ours to throw away: it may
/// have been the machine that had no room, or an image that has gone for a moment.
void Fleet::drop_snapshot(Appliance& appliance, const char* why) {
  std::error_code error;
  if (options_.keeps)
    fs::rename(own_snapshot(appliance), refused_snapshot(appliance), error);
  else
    fs::remove(own_snapshot(appliance), error);
  appliance.own = false;
  appliance.failures = 0;
  const std::string kept =
      options_.keeps && !error ? fmt::format(", and is {} now", refused_snapshot(appliance).string()) : "";
  remark(fmt::format("{} begins afresh: its snapshot {}{}.", appliance.name, why, kept));
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
  if (std::exchange(stops_, true)) return end_all(SIGKILL);
  stop_due_ = std::chrono::steady_clock::now() + kGrace;
  for (std::uint32_t number = 0; number < appliances_.size(); ++number) {
    if (!at(number).has_process()) watch(number, false);
    if (options_.keeps && at(number).state == Appliance::State::awake) ask_to_rest(number);
  }
  queue_.clear();
  if (!options_.keeps) end_all(SIGTERM);
}

void Fleet::end_all(int signal) {
  for (const auto& [process, number] : by_process_) {
    const auto state = std::exchange(at(number).state, Appliance::State::ending);
    const bool writes = state == Appliance::State::suspending || state == Appliance::State::suspended;
    kill(process, writes ? SIGKILL : signal);  // nobody wants what it writes
  }
}

/// The time of those that are to end is over. Whoever has a client still is put to sleep with it, and then ended.
void Fleet::hurry() {
  if (!options_.keeps || std::exchange(hurries_, true)) return end_all(SIGKILL);
  stop_due_ = std::chrono::steady_clock::now() + kGrace;
  for (const auto& [process, number] : by_process_)
    if (const auto state = at(number).state; state == Appliance::State::awake || state == Appliance::State::asked)
      suspend(number);
}

}  // namespace wick::tool
