// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the devices that hv drives may reach, all of them the same: they write to the two DMA pools, and they read the
// rest of the guest's memory too, because frames and blocks are sent from where they lie. hv itself and all page tables
// are out of their reach. Made from the guest's map, as the guest's own page tables are.

#include "arch/page_tables.h"
#include "guest/guest_map.h"

namespace wick::hv {

struct Domain {
  const GuestMap& guest;
  MemoryRange own;  ///< hv's DMA pool
  bool large_pages;
};

/// Bytes of tables for it.
constexpr std::uint64_t domain_tables_length(const Domain& domain) {
  const auto all = [&](std::uint64_t length) {
    return tables_of(length) + (domain.large_pages ? 0 : length / kLargePage);
  };
  std::uint64_t tables = 2 + all(domain.own.length);
  for (const auto& region : domain.guest) tables += all(region.length);
  return tables * kPage;
}

/// Format as for PageTables, with `leaf(writable)`.
/// @param frames cleared memory of that length
template <typename Format>
Status build_domain(PageTables<Format>& tables, const Domain& domain, MemoryRange frames) {
  tables.start(frames);
  const auto map = [&](Gpa start, std::uint64_t length, bool writable) {
    const std::uint64_t large_from = domain.large_pages ? 0 : ~0ull;
    return tables.map(raw(start), raw(start) + length, large_from, Format::leaf(writable));
  };
  auto status = map(domain.own.start, domain.own.length, true);
  for (const auto& region : domain.guest) {
    if (!ok(status)) break;
    if (region.kind != RegionKind::tables) status = map(region.start, region.length, region.kind == RegionKind::dma);
  }
  return status;
}

}  // namespace wick::hv
