// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The register file of a VT-d unit (Intel VT-d 3.3, §11.4), as far as hv uses it.

#include <cstdint>

namespace wick::hv::vtd {

enum class Register : std::uint32_t {
  capability = 0x08,           // 64 bits
  extended_capability = 0x10,  // 64 bits
  command = 0x18,
  status = 0x1c,
  root = 0x20,  // 64 bits
  fault_status = 0x34,
  fault_control = 0x38,
  fault_data = 0x3c,
  fault_address = 0x40,  // 64 bits
  protected_memory = 0x64,
  queue_tail = 0x88,  // 64 bits, as the next one
  queue_base = 0x90,
};

// Bits of command and status, §11.4.4.
inline constexpr std::uint32_t kTranslation = 1u << 31, kRoot = 1u << 30, kWriteBuffer = 1u << 27, kQueue = 1u << 26;
inline constexpr std::uint32_t kInterruptRemapping = 1u << 25;
/// Of status: what a write to command has to repeat.
inline constexpr std::uint32_t kLasting = 0x96ff'ffff;

inline constexpr std::uint32_t kFaultOverflow = 1, kProtectedOn = 1u << 31, kProtectedStatus = 1;

/// §11.4.2
struct Capability {
  std::uint64_t value;
  bool needs_write_buffer_flush() const { return value >> 4 & 1; }
  bool has_protected_memory() const { return value >> 5 & 3; }
  bool has_three_levels() const { return value >> 9 & 1; }
  bool has_four_levels() const { return value >> 10 & 1; }
  bool has_large_pages() const { return value >> 34 & 1; }
  std::uint32_t faults_at() const { return static_cast<std::uint32_t>(value >> 24 & 0x3ff) * 16; }
  unsigned faults() const { return static_cast<unsigned>(value >> 40 & 0xff) + 1; }
};

/// §11.4.3
struct ExtendedCapability {
  std::uint64_t value;
  bool coherent() const { return value & 1; }
  bool has_queue() const { return value >> 1 & 1; }
};

/// §11.4.14: high half of a fault record.
inline constexpr std::uint64_t kFaultHere = 1ull << 63, kFaultWasRead = 1ull << 62;

/// §6.5.2: entries of the invalidation queue.
struct Invalidation {
  std::uint64_t low, high;
};
static_assert(sizeof(Invalidation) == 16);
inline constexpr std::uint64_t kAllContexts = 1 | 1 << 4, kAllTranslations = 2 | 1 << 4 | 1 << 6 | 1 << 7;
inline constexpr std::uint64_t kWaitAndWrite = 5 | 1 << 5 | 1ull << 32;  // writes 1

}  // namespace wick::hv::vtd
