// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What VT-d's units walk in memory (Intel VT-d 3.3, legacy mode): a root table with an entry a bus, a context table
// with an entry for each function of a bus, and second-level page tables. Touches nothing but the frames it is given.

#include "base/boot.h"
#include "devices/iommu/domain.h"

namespace wick::hv::vtd {

/// §9.8: read and write; a link grants both and leaves it to the leaf.
struct Format : ProcessorLinks<3> {
  static constexpr std::uint64_t present = 3, write = 2;
  static constexpr std::uint64_t leaf(bool writable) { return writable ? 3 : 1; }
};

/// §9.1
struct RootEntry {
  std::uint64_t context_table;  ///< bit 0: present
  std::uint64_t reserved;
};
static_assert(sizeof(RootEntry) == 16);

/// §9.3. Translation type 0: only untranslated requests, through the second level.
struct ContextEntry {
  std::uint64_t page_table;  ///< bit 0: present
  std::uint64_t width_and_domain;
};
static_assert(sizeof(ContextEntry) == 16);

inline constexpr std::uint64_t kEntryPresent = 1;
/// Not 0, which units that cache absent entries use for these.
inline constexpr std::uint64_t kDomainId = 1;

/// How many levels a walk has.
enum class Levels : unsigned { three = 3, four = 4 };

/// §9.3, AW: 1 is 39 bits in three levels, 2 is 48 bits in four.
constexpr std::uint64_t width_code(Levels levels) { return static_cast<std::uint64_t>(levels) - 2; }

constexpr std::uint64_t tables_length(const Domain& domain) {
  const std::uint64_t contexts = decltype(Boot::masters)::kCapacity;
  return (1 + contexts) * kPage + domain_tables_length(domain);
}

/// Root and context tables that lead each of `masters` to `page_table` and nobody else anywhere.
/// @param frames cleared; what is used is taken off  @return the root table's address, 0: too few frames
inline std::uint64_t build_root(const PciRequesters& masters, std::uint64_t page_table, Levels levels,
                                MemoryRange& frames) {
  const auto take = [&] { return take_front(frames, kPage); };
  const auto root = take();
  auto* buses = reinterpret_cast<RootEntry*>(raw(root.start));
  if (!root.length) return 0;
  for (const auto master : masters) {
    auto& bus = buses[master >> 8];
    if (!(bus.context_table & kEntryPresent)) {
      const auto table = take();
      if (!table.length) return 0;
      bus.context_table = raw(table.start) | kEntryPresent;
    }
    auto* functions = reinterpret_cast<ContextEntry*>(bus.context_table & ~kEntryPresent);
    functions[master & 255] = {page_table | kEntryPresent, kDomainId << 8 | width_code(levels)};
  }
  return raw(root.start);
}

}  // namespace wick::hv::vtd
