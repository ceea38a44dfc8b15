// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The appliances of `wick serve` and their lives: who is called wakes from its snapshot, who is quiet sleeps. While one
// is awake its doors are its own business: no byte of a client's passes here, and what comes while it goes to sleep
// waits in the kernel until it is woken again.

#include <deque>
#include <set>
#include <unordered_map>

#include "serve/metrics.h"
#include "serve/poller.h"
#include "serve/records.h"
#include "serve/spawner.h"

namespace wick::tool {

struct FleetOptions {
  std::chrono::milliseconds idle{10'000};  ///< so long may nobody be there
  unsigned most_awake = 256;
  fs::path folder;     ///< of the snapshots
  bool keeps = false;  ///< them, beyond this run
};

class Fleet {
 public:
  Fleet(Poller& poller, Spawner& spawner, Metrics& metrics, FleetOptions options)
      : poller_(poller), spawner_(spawner), metrics_(metrics), options_(std::move(options)) {}

  Result<void> begin(std::vector<Origin> origins, std::vector<Appliance> appliances);

  /// A client is at one of its doors.
  void called(std::uint32_t number);
  /// Its network has said something.
  void heard(std::uint32_t number);
  /// Its monitor has answered: its memory is written, or can't be.
  void answered(std::uint32_t number);
  /// A process has ended.
  void ended(int process, int status);
  /// @return false: nobody may be brought there now
  bool bring(std::uint32_t number, std::size_t door, int connection);

  /// What is due by now. @return milliseconds until something is; -1: nothing will be
  int run_timers();

  /// All are to end: those that are kept after they have been put to sleep. A second time: at once.
  void stop();
  bool stopped() const { return stops_ && metrics_.awake == 0; }

 private:
  using Quiet = std::pair<Moment, std::uint32_t>;

  Appliance& at(std::uint32_t number) { return appliances_[number]; }
  void watch(std::uint32_t number, bool on);
  void pump();
  void make_room();
  bool wake(std::uint32_t number);
  Arguments words_of(const Appliance& appliance) const;
  void ask_to_rest(std::uint32_t number);
  void say(const Appliance& appliance, char word);
  void go_on(std::uint32_t number);
  void limit(std::uint32_t number, std::chrono::seconds time);
  void set_quiet(std::uint32_t number, bool quiet);
  void suspend(std::uint32_t number);
  void failed(std::uint32_t number, int status);
  void drop_snapshot(Appliance& appliance, const char* why);
  void end_all(int signal);
  void hurry();
  void refuse_waiting(Appliance& appliance);
  fs::path own_snapshot(const Appliance& appliance) const { return options_.folder / (appliance.name + ".snapshot"); }
  fs::path refused_snapshot(const Appliance& appliance) const {
    return options_.folder / (appliance.name + ".refused");
  }
  fs::path new_snapshot(const Appliance& appliance) const { return options_.folder / (appliance.name + ".new"); }

  Poller& poller_;
  Spawner& spawner_;
  Metrics& metrics_;
  FleetOptions options_;
  Records records_;
  std::vector<Origin> origins_;
  std::vector<Appliance> appliances_;
  std::unordered_map<int, std::uint32_t> by_process_;
  std::deque<std::uint32_t> queue_;    ///< those that a client waits for, in order
  std::set<Quiet> quiet_;              ///< those that could sleep, the longest first
  std::set<Quiet> limited_;            ///< those whose time to wake or to be written has an end
  unsigned waking_ = 0, resting_ = 0;  ///< on their way up, and down
  bool stops_ = false, hurries_ = false;
  Moment stop_due_;
};

}  // namespace wick::tool
