// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the loop around the guest counts, whether anybody looks or not.

#include <cstdint>

#include "abi/call.h"

namespace wick::monitor {

struct Counts {
  std::uint64_t exits[5] = {};               ///< by hv::ExitCause
  std::uint64_t calls[kCallCount + 1] = {};  ///< by number; the last one: no such call
  std::uint64_t sleeps = 0;                  ///< of the monitor, in ppoll()
  std::uint64_t waited = 0;                  ///< nanoseconds that the guest had nothing to do

  void call(std::uint64_t number) { ++calls[number < kCallCount ? number : kCallCount]; }
};

}  // namespace wick::monitor
