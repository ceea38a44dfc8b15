// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How far a start has come, and when: for --trace. Noted whether anybody asks or not, as each costs a look at the
// processor's counter.

#include "base/fixed_list.h"
#include "processor.h"

namespace wick::monitor {

struct Phase {
  const char* name;   ///< plain words
  std::uint64_t end;  ///< read_cycles()
};

inline constinit hv::FixedList<Phase, 12> phases{};

/// What began where the last one ended.
inline void phase_ends(const char* name) { phases.add({name, read_cycles()}); }

}  // namespace wick::monitor
