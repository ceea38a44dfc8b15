// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/debug/watch.h"

// The linker's names for both ends of the section.
extern wick::monitor::Observer* const __start_wick_observers[];
extern wick::monitor::Observer* const __stop_wick_observers[];

namespace wick::monitor {

std::span<Observer* const> observers() { return {__start_wick_observers, __stop_wick_observers}; }

Outcome Watch::begin(const Subject& subject) {
  subject_.emplace(subject);
  for (auto* observer : observers()) {
    observer->look_at(*subject_);
    const auto wants_more = observer->begin();
    if (!wants_more) return std::unexpected(wants_more.error());
    if (*wants_more) watching_.push_back(observer);
  }
  return {};
}

}  // namespace wick::monitor
