// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A guest's call, from its registers to its answer: number and arguments are checked here, once for every wall that
// traps. `Host` does what remains. The same source runs in hv, in the hosted monitor, in unit tests and fuzzers.

#include "abi/call.h"
#include "abi/guest_memory.h"
#include "guest/seals.h"

namespace wick::hv {

inline constexpr std::uint64_t kMostConsoleBytes = 4096;

struct CallArguments {
  std::uint64_t number, first, second;
};

/// `index` when it is below `size`, else 0, without a branch that the processor could guess wrong: a bound that also
/// holds in speculation (Linux Documentation/admin-guide/hw-vuln/spectre.rst, "Spectre variant 1").
constexpr std::uint64_t bounded(std::uint64_t index, std::uint64_t size) {
  const std::uint64_t below = ((index - size) & ~index) >> 63;
  return index & (0 - below);
}
static_assert(bounded(3, 4) == 3 && bounded(4, 4) == 0 && bounded(~0ull, 4) == 0 && bounded(1ull << 63, 4) == 0);

/// @param allowed bitmap of AbiNote
/// Host has: `bool may(Gpa, std::uint64_t length, bool write)`, `const GuestMap& regions()`, and a function for each
/// call that a wall can serve, with checked arguments.
template <typename Host>
CallResult dispatch(Host& host, std::uint64_t allowed, const CallArguments& call) {
  if (call.number >= kCallCount) return {Status::unsupported, 0};
  const auto number = bounded(call.number, kCallCount);
  if (!(allowed >> number & 1)) return {Status::denied, 0};
  switch (static_cast<Call>(number)) {
    case Call::exit:
      return host.exit(static_cast<std::uint32_t>(call.first));
    case Call::console:
      if (call.second > kMostConsoleBytes || !host.may(Gpa{call.first}, call.second, false))
        return {Status::bad_argument, 0};
      return host.console(Gpa{call.first}, call.second);
    case Call::yield:
      return host.yield(Nanoseconds{call.first}, EventMask{call.second});
    case Call::notify:
      if (call.first >> 32) return {Status::bad_argument, 0};
      return host.notify(static_cast<std::uint32_t>(call.first));
    case Call::wall_clock:
      return host.wall_clock();
    case Call::entropy:
      return host.entropy();
    case Call::seal:
      if (call.first % kPage || call.second % kPage || !call.second ||
          !is_sealable(host.regions(), Gpa{call.first}, call.second))
        return {Status::bad_argument, 0};
      return host.seal(Gpa{call.first}, call.second);
    case Call::watchdog:
      return host.arm_watchdog(Nanoseconds{call.first});
    case Call::checkpoint:
      return host.checkpoint();
    case Call::vcpu_start:
    case Call::vcpu_kick:
      break;  // one vCPU for now
  }
  return {Status::unsupported, 0};
}

}  // namespace wick::hv
