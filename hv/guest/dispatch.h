// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A guest's call, from its registers to its answer: number and arguments are checked here, once for every wall that
// traps, and what a call does is written here once, over the machine that the guest runs on. The same source runs in
// hv, in the monitor, in unit tests and fuzzers.

#include <string_view>

#include "abi/call.h"
#include "guest/life.h"
#include "guest/notes.h"

namespace wick::hv {

struct CallArguments {
  std::uint64_t number, first, second, third;
};

/// `index` when it is below `size`, else 0, without a branch that the processor could guess wrong: a bound that also
/// holds in speculation (Linux Documentation/admin-guide/hw-vuln/spectre.rst, "Spectre variant 1").
constexpr std::uint64_t bounded(std::uint64_t index, std::uint64_t size) {
  const std::uint64_t below = ((index - size) & ~index) >> 63;
  return index & (0 - below);
}
static_assert(bounded(3, 4) == 3 && bounded(4, 4) == 0 && bounded(~0ull, 4) == 0 && bounded(1ull << 63, 4) == 0);

/// Machine has, besides what life.h asks for: `std::uint64_t idle(Nanoseconds, EventMask)`, which is that of idle.h
/// with whatever the machine counts; `bool may(Gpa, std::uint64_t length, bool write)`, of the guest's own rights;
/// `exit(std::uint32_t)`; `print(std::string_view)`, which guards hv's own lines; `Status notify(std::uint32_t)`;
/// `CallResult wall_clock()` and `entropy()`; `Status keep()`, which makes today's guest the checkpoint. Inlined, as
/// far as the loop around the guest: a call is a hundred instructions.
template <typename Machine>
[[gnu::always_inline]] inline CallResult dispatch(Machine& machine, const CallArguments& call) {
  if (call.number >= kCallCount) return {Status::unsupported, 0};
  const auto number = bounded(call.number, kCallCount);
  if (!(machine.notes().abi.calls >> number & 1)) return {Status::denied, 0};
  switch (static_cast<Call>(number)) {
    case Call::exit:
      machine.exit(static_cast<std::uint32_t>(call.first));
      return {Status::ok, 0};
    case Call::console:
      if (call.second > kMaxConsoleBytes || !machine.may(Gpa{call.first}, call.second, false)) break;
      machine.print({reinterpret_cast<const char*>(call.first), call.second});
      return {Status::ok, 0};
    case Call::yield:
      return {Status::ok, machine.idle(Nanoseconds{call.first}, EventMask{call.second})};
    case Call::notify:
      if (call.first >> 32) break;
      return {machine.notify(static_cast<std::uint32_t>(call.first)), 0};
    case Call::wall_clock:
      return machine.wall_clock();
    case Call::entropy:
      return machine.entropy();
    case Call::seal: {
      const auto every = machine.notes().abi.minor < kSealEvery ? 0 : call.third;
      if (!is_sealable(machine.regions(), Gpa{call.first}, call.second, every)) break;
      return {machine.lives().seals.add(machine.regions(), Gpa{call.first}, call.second, every, rights_of(machine)), 0};
    }
    case Call::watchdog:
      arm_watchdog(machine, Nanoseconds{call.first});
      return {Status::ok, 0};
    case Call::checkpoint: {
      const auto status = may_checkpoint(machine.notes().restart, machine.lives());
      return {ok(status) ? machine.keep() : status, 0};
    }
    case Call::vcpu_start:
    case Call::vcpu_kick:
      return {Status::unsupported, 0};  // one vCPU for now
  }
  return {Status::bad_argument, 0};
}

/// The call that the guest's registers hold; they hold the answer then.
template <typename Machine>
[[gnu::always_inline]] inline void answer(Machine& machine) {
  auto& r = machine.registers();
  if (r.call_number() != static_cast<std::uint32_t>(Call::yield) || r.second_argument()) machine.watchdog().called();
  const auto result = dispatch(machine, {r.call_number(), r.first_argument(), r.second_argument(), r.third_argument()});
  r.answer(result.status, result.value);
}

}  // namespace wick::hv
