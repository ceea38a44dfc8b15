// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The register file of an AMD IOMMU (48882 3.07, §3.4), its commands (§2.4) and its events (§2.5), as far as hv uses
// them.

#include <cstdint>

namespace wick::hv::amd_vi {

/// All of 64 bits.
enum class Register : std::uint32_t {
  device_table = 0x00,
  command_buffer = 0x08,
  event_log = 0x10,
  control = 0x18,
  features = 0x30,
  command_head = 0x2000,
  command_tail = 0x2008,
  event_head = 0x2010,
  event_tail = 0x2018,
  status = 0x2020,
};

// §3.4.4: control
inline constexpr std::uint64_t kEnable = 1, kEventLog = 1 << 2, kEventInterrupt = 1 << 3;
inline constexpr std::uint64_t kCoherent = 1 << 10, kCommands = 1 << 12;

// §3.4.15: status; bits of events are taken away by writing them
inline constexpr std::uint64_t kEventOverflow = 1, kEventsCame = 1 << 1;

inline constexpr std::uint64_t kHasInvalidateAll = 1 << 6;  // §3.4.8
inline constexpr std::uint64_t k256Entries = 8ull << 56;    // size of the command buffer and the log
inline constexpr std::uint64_t kWholeDeviceTable = 0x1ff;   // in pages, minus one

struct Command {
  std::uint64_t low, high;
};
static_assert(sizeof(Command) == 16);

constexpr Command completion_wait(std::uint64_t store_to) { return {1ull << 60 | store_to | 1, 1}; }  // writes 1
constexpr Command invalidate_entry(std::uint16_t requester) { return {2ull << 60 | requester, 0}; }
/// Every page of the domain, directories too (§2.4.3: the address of all ones but one).
constexpr Command invalidate_domain(std::uint64_t domain) { return {3ull << 60 | domain << 32, 0x7ffffffffffff003}; }
constexpr Command invalidate_all() { return {8ull << 60, 0}; }

struct Event {
  std::uint64_t what;  ///< its highest bits are a code of what happened, never 0; so 0: nothing was written yet
  std::uint64_t address;
  constexpr std::uint16_t requester() const { return static_cast<std::uint16_t>(what); }
  constexpr bool write() const { return what >> 53 & 1; }
};
static_assert(sizeof(Event) == 16);

}  // namespace wick::hv::amd_vi
