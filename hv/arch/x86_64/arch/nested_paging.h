// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The second translation, which a guest behind AMD-V or VT-x can't even see: made from the same map as the guest's own
// tables, it holds the same rights from outside. Pages of the guest's tables are writable here, because the processor
// sets accessed and dirty bits in them in the guest's name; the guest itself has no mapping of them.

#include "arch/page_tables.h"
#include "guest/guest_map.h"

namespace wick::hv {

/// AMD APM volume 2, §15.25.5: entries as in ordinary paging; every access counts as the user's.
struct NptFormat : ProcessorLinks<7> {
  static constexpr std::uint64_t present = 1, write = 2;
  static constexpr std::uint64_t leaf(bool writable, bool executable) {
    return 1 | 4 | (writable ? write : 0) | (executable ? 0 : 1ull << 63);
  }
};

/// Intel SDM volume 3, §29.3.2: read, write, execute; memory type 6 (write-back) in leaves.
struct EptFormat : ProcessorLinks<7> {
  static constexpr std::uint64_t present = 7, write = 2;
  static constexpr std::uint64_t leaf(bool writable, bool executable) {
    return 1 | 6 << 3 | (writable ? write : 0) | (executable ? 4 : 0);
  }
};

/// Bytes of tables for a map.
constexpr std::uint64_t nested_tables_length(const GuestMap& map) {
  std::uint64_t tables = 2, memory = 0;
  for (const auto& region : map) tables += tables_of(region.length), memory += region.length;
  return (tables + splits_of(memory)) * kPage;
}

template <typename Format>
Status build_nested_tables(PageTables<Format>& tables, const GuestMap& map, MemoryRange frames) {
  tables.start(frames);
  for (const auto& region : map) {
    const bool writable = region.rights == Rights::read_write || region.kind == RegionKind::tables;
    const std::uint64_t start = raw(region.start);
    const auto status =
        tables.map(start, start + region.length, start, Format::leaf(writable, region.rights == Rights::read_execute));
    if (!ok(status)) return status;
  }
  return Status::ok;
}

}  // namespace wick::hv
