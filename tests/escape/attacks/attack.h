// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an attack is: a way out that must end the guest, or a call that must be refused.

#include <cstdint>
#include <span>

namespace escape {

/// Death by one of these exceptions; kPageFault also checks where. Other causes have numbers of their own.
enum : std::uint64_t {
  kUndefined = 1ull << 6,
  kProtection = 1ull << 13,
  kOpcode = kUndefined | kProtection,  ///< which of the two depends on the processor
  kPageFault = 1ull << 14,
  kWatchdog = 1ull << 40,
  kForbidden = 1ull << 41,
  kPanic = 1ull << 42,
  kOuter = 1ull << 43,  ///< stopped by nested paging alone
};

struct Attack {
  const char* name;
  void (*run)();
  std::uint64_t expected;
  std::uint64_t address = 0;  ///< of a page fault; 0: anywhere
};

struct Refusal {
  const char* name;
  bool (*refused)();
};

std::span<const Attack> opcodes();
std::span<const Attack> accesses();
std::span<const Attack> ring_attacks();
std::span<const Refusal> refusals();

}  // namespace escape
