// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/debug/statistics.h"

#include <cstdio>

#include "monitor/appliance.h"
#include "monitor/debug/names.h"

namespace wick::monitor {

void report(const Appliance& a) {
  const double seconds = static_cast<double>(raw(a.clock.now())) / 1e9;
  const auto line = [&](const char* kind, const char* name, std::uint64_t count) {
    if (count)
      std::fprintf(stderr, "%-6s %-12s %12llu %12.1f/s\n", kind, name, static_cast<unsigned long long>(count),
                   static_cast<double>(count) / seconds);
  };
  std::fprintf(stderr, "statistics of %s after %.3f s, wall %s, %llu restarts\n", a.image.name.c_str(), seconds,
               a.machine->name, static_cast<unsigned long long>(a.lives.history.count()));
  for (unsigned i = 0; i < std::size(kExitNames); ++i) line("exits", kExitNames[i], a.statistics.exits[i]);
  for (unsigned i = 0; i <= kCallCount; ++i) line("calls", call_name(i), a.statistics.calls[i]);
  line("sleeps", "", a.statistics.sleeps);
  std::fprintf(stderr, "idle   %5.1f %% of the time\n", static_cast<double>(a.statistics.waited) / 1e7 / seconds);
}

}  // namespace wick::monitor
