// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the monitor counts, for --stats.

#include <cstdint>

#include "abi/call.h"

namespace wick::monitor {

struct Appliance;

struct Statistics {
  std::uint64_t exits[5] = {};               ///< by hv::ExitCause
  std::uint64_t calls[kCallCount + 1] = {};  ///< by number; the last one: no such call
  std::uint64_t sleeps = 0;                  ///< of the monitor, in ppoll()
  std::uint64_t waited = 0;                  ///< nanoseconds that the guest had nothing to do
  bool quick_waits = false;  ///< whether the last wait ended so soon that looking would have found its end

  void call(std::uint64_t number) { ++calls[number < kCallCount ? number : kCallCount]; }
};

/// Prints them to standard error.
void report(const Appliance& appliance);

}  // namespace wick::monitor
