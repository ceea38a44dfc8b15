// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "serve/server.h"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "base/terminal.h"
#include "serve/metrics_server.h"

namespace wick::tool {
namespace {

class Server {
 public:
  Server(Spawner& spawner, const FleetOptions& options, int signals)
      : signals_(signals), fleet_(poller_, spawner, metrics_, options) {}

  Result<void> run(Prepared prepared, int metrics) {
    if (!poller_.open() || !poller_.add(signals_, {Tag::Kind::signals}))
      return fail("The system refuses what it takes to wait for many files.");
    reception_.begin(std::move(prepared.gates));
    if (metrics >= 0) page_.begin(metrics);
    const std::size_t count = prepared.appliances.size();
    if (auto done = fleet_.begin(std::move(prepared.origins), std::move(prepared.appliances)); !done) return done;
    remark(count == 1 ? "it sleeps, and who calls wakes it."
                      : fmt::format("{} sleep, and who calls wakes one.", count));
    while (!fleet_.stopped()) {
      const int fleet = fleet_.run_timers(), reception = reception_.run_timers();
      poller_.wait(fleet < 0 || reception < 0 ? std::max(fleet, reception) : std::min(fleet, reception),
                   [&](Tag tag) { take(tag); });
    }
    return {};
  }

 private:
  void take(Tag tag) {
    switch (tag.kind) {
      case Tag::Kind::signals:
        return take_signals();
      case Tag::Kind::door:
        return fleet_.called(tag.number);
      case Tag::Kind::words:
        return fleet_.heard(tag.number);
      case Tag::Kind::answer:
        return fleet_.answered(tag.number);
      case Tag::Kind::gate:
        return reception_.called(tag.number);
      case Tag::Kind::head:
        return reception_.heard(tag.number);
      case Tag::Kind::metrics:
        return page_.called();
      case Tag::Kind::reader:
        return page_.heard();
    }
  }

  void take_signals() {
    signalfd_siginfo info;
    while (read(signals_, &info, sizeof info) == sizeof info) {
      if (info.ssi_signo == SIGCHLD) continue;
      reception_.stop();
      fleet_.stop();
    }
    int status = 0;
    for (pid_t process; (process = waitpid(-1, &status, WNOHANG)) > 0;) fleet_.ended(process, status);
  }

  int signals_;
  Poller poller_;
  Metrics metrics_;
  Fleet fleet_;
  Reception reception_{poller_, fleet_, metrics_};
  MetricsServer page_{poller_, metrics_};
};

}  // namespace

int open_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return -1;
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

Result<void> serve(Prepared prepared, const FleetOptions& options, Spawner& spawner, int signals, int metrics) {
  return Server(spawner, options, signals).run(std::move(prepared), metrics);
}

}  // namespace wick::tool
