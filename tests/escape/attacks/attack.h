// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an attack is: a way out that must end the guest, or a call that must be refused.

#include <cstdint>
#include <span>

namespace escape {

/// Death by one of these exceptions; other causes have numbers of their own.
enum : std::uint64_t {
  kUndefined = 1ull << 6,
  kProtection = 1ull << 13,
  kPageFault = 1ull << 14,
  kWatchdog = 1ull << 40,
  kForbidden = 1ull << 41,
  kOpcode = kUndefined | kProtection | kForbidden,  ///< which of these depends on processor and wall
  kPanic = 1ull << 42,
  kOuter = 1ull << 43,  ///< stopped by nested paging alone
};

struct Attack {
  const char* name;
  void (*run)();
  std::uint64_t expected;
  bool (*held)() = nullptr;  ///< asked in the next life: whether nothing of it is left
};

struct Refusal {
  const char* name;
  bool (*refused)();
};

std::span<const Attack> opcodes();
std::span<const Attack> accesses();
std::span<const Attack> ring_attacks();
std::span<const Refusal> refusals();
// By what is on the other side.
std::span<const Attack> hv_memory();        ///< walls that are in the image
std::span<const Attack> linux_attacks();    ///< an appliance that runs itself on Linux
std::span<const Attack> monitor_attacks();  ///< behind KVM there

/// Addresses of what belongs to the other side, or to nobody: no call and no device may touch it.
struct Forbidden {
  std::uint64_t code, stack, data;
  std::uint64_t guest_end;  ///< the guest's memory ends here, or what it may read of it
};
Forbidden forbidden();

}  // namespace escape
