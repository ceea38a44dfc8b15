// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The calls: everything that an unprivileged guest may ask of hv. At most twelve, arguments are scalars in registers,
// never a pointer to a structure. The functions are declared here once; the wall chosen at link time defines them:
// behind `none` as plain functions of hv, behind every other as stubs of one trap, which each wall replaces by its own.

#include "abi/types.h"

namespace wick {

/// Call numbers, as behind a trapping wall they stand in the number register and, in the manifest note, as bits of
/// the allowed-call bitmap. Never renumber.
enum class Call : std::uint32_t {
  exit = 0,
  console = 1,
  yield = 2,
  notify = 3,
  wall_clock = 4,
  entropy = 5,
  vcpu_start = 6,
  vcpu_kick = 7,
  seal = 8,
  watchdog = 9,
  checkpoint = 10,
};
inline constexpr std::uint32_t kCallCount = 11;
static_assert(kCallCount <= 12, "the contract promises at most twelve calls");

/// The minor version of the contract since which `seal` has its third argument.
inline constexpr std::uint16_t kSealEvery = 4;

/// That one call of `console` takes.
inline constexpr std::uint64_t kMaxConsoleBytes = 4096;

constexpr std::uint64_t call_bit(Call call) { return 1ull << static_cast<std::uint32_t>(call); }

/// Exit codes that mean something: a program may choose any, these are what ends of other kinds are told by.
enum class ExitCode : std::uint32_t {
  cannot_start = 70,  ///< hv can't start this guest, or has faulted itself (sysexits.h, EX_SOFTWARE)
  refused = 120,      ///< the guest found BootInfo, configuration or a device that it can't start with
  timeout = 124,      ///< the runner's time limit, as timeout(1) has it
  panic = 134,        ///< died by its own doing, as a shell shows SIGABRT
  exception = 139,    ///< died otherwise, as a shell shows SIGSEGV
};
constexpr std::uint32_t raw(ExitCode code) { return static_cast<std::uint32_t>(code); }

/// Status and one value: two registers on every wall.
struct CallResult {
  Status status;
  std::uint64_t value;
};
static_assert(sizeof(CallResult) == 16);

}  // namespace wick

extern "C" {

/// Ends the appliance: the machine powers off and `code` reaches whoever started it. 0 is success.
[[noreturn]] void wick_call_exit(std::uint32_t code);

/// Writes bytes to hv's console. For early and last words; a driven console is a device.
/// @param bytes address of readable guest memory  @param count bytes, at most kMaxConsoleBytes
wick::Status wick_call_console(wick::Gpa bytes, std::uint64_t count);

/// Gives the processor away until an event of `mask` is pending or `deadline` has passed. A deadline that has
/// passed already only lets hv take what has arrived; with an empty mask, too, as at the end of a time slice, it is no
/// sign of life to the watchdog. hv sets bits in the event page; clearing them is the guest's.
/// @return value: the event page's pending word restricted to `mask`
wick::CallResult wick_call_yield(wick::Nanoseconds deadline, wick::EventMask mask);

/// Rings the doorbell of a queue that hv serves (BootInfo queue numbers). Devices that the guest drives itself have
/// doorbells of their own.
wick::Status wick_call_notify(std::uint32_t queue);

/// @return value: nanoseconds since 1970-01-01 UTC at the clock page's epoch; `unsupported` when nobody knows.
wick::CallResult wick_call_wall_clock();

/// @return value: 64 fresh random bits of the hardware; `unsupported` when it has none.
wick::CallResult wick_call_entropy();

/// Starts vCPU `vcpu` at `entry` with `stack`, both guest addresses.
wick::Status wick_call_vcpu_start(std::uint32_t vcpu, wick::Gpa entry, wick::Gpa stack);

/// Makes event `event` pending on another vCPU.
wick::Status wick_call_vcpu_kick(std::uint32_t vcpu, std::uint32_t event);

/// Drops rights for good: `length` bytes from `start` lose the write permission; with `every`, at most `length`, only
/// the first page of each `every` bytes does: guards between stacks. Multiples of 4096.
/// @return no_memory: there are too many seals, or large pages are split that the seal would have to split
wick::Status wick_call_seal(wick::Gpa start, std::uint64_t length, std::uint64_t every = 0);

/// The guest must call again within `timeout`, else it counts as crashed. Zero disarms.
wick::Status wick_call_watchdog(wick::Nanoseconds timeout);

/// Restarts return here from now on, with today's memory. @return value: 0 the first time, then the restart count.
wick::CallResult wick_call_checkpoint();

}  // extern "C"
