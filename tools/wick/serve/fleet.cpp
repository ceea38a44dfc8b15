// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Waking up. Going to sleep, and every other end: fleet_ends.cpp.
#include "serve/fleet.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "abi/host/keeper.h"
#include "base/handed_file.h"
#include "base/terminal.h"

namespace wick::tool {
namespace {

constexpr std::chrono::seconds kLongestWaking{20}, kLongestEnding{3};
constexpr unsigned kAtOnce = 16;  ///< that are waking, so that a small machine isn't asked for all at the same time

}  // namespace

Result<void> Fleet::begin(std::vector<Origin> origins, std::vector<Appliance> appliances) {
  if (auto fine = records_.begin(); !fine) return fine;
  origins_ = std::move(origins);
  appliances_ = std::move(appliances);
  metrics_.appliances = appliances_.size();
  for (std::uint32_t number = 0; number < appliances_.size(); ++number) {
    std::error_code error;
    at(number).own = options_.keeps && fs::exists(own_snapshot(at(number)), error);
    watch(number, true);
  }
  return {};
}

void Fleet::watch(std::uint32_t number, bool on) {
  for (const Door& door : at(number).doors)
    on ? (void)poller_.add(door.file, {Tag::Kind::door, number}) : poller_.remove(door.file);
}

void Fleet::called(std::uint32_t number) {
  Appliance& appliance = at(number);
  if (appliance.state != Appliance::State::asleep || stops_) return;
  appliance.called = std::chrono::steady_clock::now();
  appliance.state = Appliance::State::queued;
  watch(number, false);
  queue_.push_back(number);
  pump();
}

/// Those who wait, as far as there is room.
void Fleet::pump() {
  while (!queue_.empty() && waking_ < kAtOnce && metrics_.awake < options_.most_awake && !stops_) {
    const std::uint32_t number = queue_.front();
    queue_.pop_front();
    if (!wake(number)) refuse_waiting(at(number));
  }
  metrics_.waiting = queue_.size();
  make_room();
}

/// The longest quiet sleep first, as many as are waited for.
void Fleet::make_room() {
  if (metrics_.awake < options_.most_awake) return;
  while (!quiet_.empty() && resting_ < queue_.size()) ask_to_rest(quiet_.begin()->second);
}

Arguments Fleet::words_of(const Appliance& appliance) const {
  const Origin& origin = origins_[appliance.origin];
  Arguments words = origin.command;
  int file = Spawner::kFirst;
  for (const Door& door : appliance.doors)
    words.insert(words.end(), {"-p", fmt::format("/dev/fd/{}:{}", file++, door.guest_port)});
  words.insert(words.end(),
               {"--keeper", fmt::format("/dev/fd/{}", file), "--control", records_.control_of(appliance).string()});
  const fs::path snapshot = appliance.own ? own_snapshot(appliance) : origin.warm;
  words.insert(words.end(), {"--restore", snapshot.string()});
  return words;
}

/// @return false: there is no process for it; then it is asleep
bool Fleet::wake(std::uint32_t number) {
  Appliance& appliance = at(number);
  std::array<int, 2> words{-1, -1};
  const int console = records_.open_console(appliance);
  if (console >= 0 && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, words.data()) == 0) {
    std::vector<int> files;
    for (const Door& door : appliance.doors) files.push_back(door.file);
    files.push_back(words[1]);
    appliance.process = spawner_.start(words_of(appliance), files, console);
  }
  const int error = errno;
  for (const int file : {console, words[1]})
    if (file >= 0) close(file);
  if (appliance.process < 0) {
    if (words[0] >= 0) close(words[0]);
    remark(fmt::format("{} can't be woken: {}.", appliance.name, std::strerror(error)));
    ++metrics_.failures;
    appliance.state = Appliance::State::asleep;
    watch(number, true);
    return false;
  }
  appliance.words = words[0];
  poller_.add(appliance.words, {Tag::Kind::words, number});
  by_process_[appliance.process] = number;
  appliance.state = Appliance::State::waking;
  limit(number, kLongestWaking);
  ++waking_;
  ++metrics_.awake;
  ++metrics_.restores;
  return true;
}

void Fleet::heard(std::uint32_t number) {
  Appliance& appliance = at(number);
  KeeperWord word{};
  const ssize_t got = appliance.words < 0 ? -1 : recv(appliance.words, &word, sizeof word, MSG_DONTWAIT);
  if (got == 0) {  // its process is about to end; if only its network is gone, that serves nobody any more
    poller_.remove(appliance.words);
    if (appliance.state < Appliance::State::suspending) limit(number, kLongestEnding);
  }
  if (got <= 0) return;
  if (appliance.state == Appliance::State::waking && word != KeeperWord::rests) {
    if (word == KeeperWord::awake) {
      const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - appliance.called;
      metrics_.wake.add(took.count());
    }
    appliance.state = Appliance::State::awake;
    limit(number, {});
    --waking_;
    records_.write(appliance, origins_[appliance.origin]);
  }
  switch (word) {
    case KeeperWord::quiet:  // no answer, so where it was asked its network has begun anew and doesn't know
    case KeeperWord::busy:
      if (appliance.state == Appliance::State::asked) {
        appliance.state = Appliance::State::awake;
        --resting_;
      }
      // Who is on its way to sleep isn't asked again, whatever it says.
      set_quiet(number, word == KeeperWord::quiet && appliance.state == Appliance::State::awake);
      break;
    case KeeperWord::rests:
      // It may have said `busy` before it heard the question.
      if (appliance.state == Appliance::State::asked || appliance.state == Appliance::State::awake) suspend(number);
      break;
    default:
      break;
  }
  const bool calm = word == KeeperWord::awake || word == KeeperWord::quiet;
  if (stops_ && options_.keeps && calm && appliance.state == Appliance::State::awake) ask_to_rest(number);
  pump();
}

bool Fleet::bring(std::uint32_t number, std::size_t door, int connection) {
  const bool brought = !stops_ && send_file(at(number).doors[door].bring, connection, std::as_bytes(std::span("", 1)));
  ++(brought ? metrics_.handed : metrics_.refused);
  return brought;
}

}  // namespace wick::tool
