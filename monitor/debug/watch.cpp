// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/debug/watch.h"

#include <algorithm>

// The linker's names for both ends of the section.
extern wick::monitor::Observer* const __start_wick_observers[];
extern wick::monitor::Observer* const __stop_wick_observers[];

namespace wick::monitor {

std::span<Observer* const> observers() { return {__start_wick_observers, __stop_wick_observers}; }

Outcome Watch::begin(const Subject& subject) {
  for (auto* observer : observers()) {
    const auto wants_more = observer->begin(subject);
    if (!wants_more) return std::unexpected(wants_more.error());
    if (*wants_more) watching_.push_back(observer);
  }
  return {};
}

bool Watch::may_run() const {
  bool may = true;
  for (auto* observer : watching_) may &= observer->may_run();
  if (may) tell(&Observer::runs);
  return may;
}

bool Watch::takes(const hv::Exit& exit) const {
  tell(&Observer::has_run, exit);
  bool taken = false;
  for (auto* observer : watching_) taken |= observer->takes(exit);
  return taken;
}

bool Watch::wants_guest() const { return std::ranges::any_of(watching_, &Observer::wants_guest); }

}  // namespace wick::monitor
