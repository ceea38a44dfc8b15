// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "serve/metrics.h"

#include <fmt/format.h>

namespace wick::tool {

void Histogram::add(double milliseconds) {
  ++count_;
  sum_ += milliseconds;
  for (std::size_t i = 0; i < kBounds.size(); ++i)
    if (milliseconds <= kBounds[i]) ++counts_[i];
}

std::string Histogram::text(const std::string& name) const {
  std::string lines;
  for (std::size_t i = 0; i < kBounds.size(); ++i)
    lines += fmt::format("{}_bucket{{le=\"{}\"}} {}\n", name, kBounds[i], counts_[i]);
  return lines + fmt::format("{0}_bucket{{le=\"+Inf\"}} {1}\n{0}_sum {2}\n{0}_count {1}\n", name, count_, sum_);
}

std::string Metrics::page() const {
  struct Row {
    const char *name, *kind, *help;
    std::uint64_t value;
  };
  const Row rows[] = {
      {"wick_serve_restores_total", "counter", "Appliances that were woken from a snapshot.", restores},
      {"wick_serve_suspends_total", "counter", "Appliances that were put to sleep.", suspends},
      {"wick_serve_failures_total", "counter", "Appliances that ended by a failure.", failures},
      {"wick_serve_handed_total", "counter", "Connections that were handed on by their host name.", handed},
      {"wick_serve_refused_total", "counter", "Connections that were refused.", refused},
      {"wick_serve_appliances", "gauge", "Appliances there are.", appliances},
      {"wick_serve_awake", "gauge", "Appliances that have a process.", awake},
      {"wick_serve_waiting", "gauge", "Appliances that a client waits for and that may not start yet.", waiting},
  };
  std::string text;
  for (const Row& row : rows)
    text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", row.name, row.help, row.kind, row.value);
  const std::string name = "wick_serve_wake_milliseconds";
  text += fmt::format("# HELP {0} From a client's coming to the guest's taking it.\n# TYPE {0} histogram\n", name);
  return text + wake.text(name);
}

}  // namespace wick::tool
