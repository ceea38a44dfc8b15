// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What AMD's units walk in memory (AMD I/O Virtualization Technology, 48882 3.07): one table with an entry for each
// requester of a PCI segment, and page tables. Touches nothing but the frames it is given.

#include "base/boot.h"
#include "devices/iommu/domain.h"

namespace wick::hv::amd_vi {

/// §2.2.3. A link names the level that it leads to, a page none. Rights must be granted by links too. Accesses are
/// coherent, whatever the device says (FC).
struct Format {
  static constexpr std::uint64_t present = 1, read = 1ull << 61, write = 1ull << 62;
  static constexpr std::uint64_t kind = 7 << 9, large = 0;
  static constexpr std::uint64_t link(unsigned level) { return present | read | write | level << 9; }
  static constexpr std::uint64_t leaf(bool writable) { return present | 1ull << 60 | read | (writable ? write : 0); }
};

/// §2.2.2.1
struct DeviceEntry {
  std::uint64_t page_table;  ///< and flags
  std::uint64_t domain_id;   ///< and flags
  std::uint64_t interrupts;  ///< 0: not remapped
  std::uint64_t reserved;
};
static_assert(sizeof(DeviceEntry) == 32);

inline constexpr unsigned kRequesters = 1 << 16;
inline constexpr std::uint64_t kDeviceTableBytes = kRequesters * sizeof(DeviceEntry);

inline constexpr std::uint64_t kValid = 1, kTranslationValid = 2, kFourLevels = 4 << 9;

/// An entry that isn't valid would let everything pass, so nobody is without one: who may do nothing walks a table
/// with nothing in it.
inline constexpr std::uint64_t kNobodyDomain = 1, kMasterDomain = 2;

constexpr DeviceEntry closed(std::uint64_t empty_table) {
  return {kValid | kTranslationValid | kFourLevels | empty_table, kNobodyDomain, 0, 0};
}
constexpr DeviceEntry open(std::uint64_t page_table) {
  return {kValid | kTranslationValid | kFourLevels | Format::read | Format::write | page_table, kMasterDomain, 0, 0};
}

inline void close_all(DeviceEntry* table, std::uint64_t empty_table) {
  const auto entry = closed(empty_table);
  for (unsigned i = 0; i < kRequesters; ++i) table[i] = entry;
}

}  // namespace wick::hv::amd_vi
