// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// --stats: what the monitor has counted, at the end of the guest and whenever SIGUSR1 asks.

#include <signal.h>

#include <cstdio>

#include "monitor/debug/names.h"
#include "monitor/debug/observer.h"

namespace wick::monitor {
namespace {

class Statistics final : public Observer {
 public:
  Statistics() : Observer({0, "stats", nullptr, "print counts at the end; SIGUSR1 prints them any time"}) {}

  int signal() const override { return SIGUSR1; }
  void signalled(std::uint64_t signals) override {
    if (signals >> SIGUSR1 & 1) print();
  }
  void ended(int) override {
    if (given_) print();
  }

 private:
  void print() const {
    const auto& [guest, devices, counts] = *subject_;
    const double seconds = static_cast<double>(raw(guest.clock.now())) / 1e9;
    const auto line = [&](const char* kind, const char* name, std::uint64_t count) {
      if (count)
        std::fprintf(stderr, "%-6s %-12s %12llu %12.1f/s\n", kind, name, static_cast<unsigned long long>(count),
                     static_cast<double>(count) / seconds);
    };
    std::fprintf(stderr, "statistics of %s after %.3f s, wall %s, %llu restarts\n", guest.image.name.c_str(), seconds,
                 guest.machine->name, static_cast<unsigned long long>(guest.lives.history.count()));
    for (unsigned i = 0; i < std::size(kExitNames); ++i) line("exits", kExitNames[i], counts.exits[i]);
    for (unsigned i = 0; i <= kCallCount; ++i) line("calls", call_name(i), counts.calls[i]);
    line("sleeps", "", counts.sleeps);
    std::fprintf(stderr, "idle   %5.1f %% of the time\n", static_cast<double>(counts.waited) / 1e7 / seconds);
  }
};

Statistics statistics;
[[gnu::section(WICK_OBSERVERS), gnu::used, gnu::retain]] Observer* const registered = &statistics;

}  // namespace
}  // namespace wick::monitor
