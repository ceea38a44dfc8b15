// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The pages that a back end may reach: a device's own entries of the domain's grant table, version 1 (Xen
// public/grant_table.h). The other side sees exactly what stands in an entry, for as long as it stands there.

#include "class/access.h"
#include "class/shared.h"
#include "xen/bus.h"

namespace wick::drivers::xen {

struct GrantEntry {
  std::uint16_t flags;
  std::uint16_t domain;  ///< who may
  std::uint32_t frame;   ///< reach this page
};
static_assert(sizeof(GrantEntry) == 8);

inline constexpr std::uint16_t kPermitAccess = 1, kReadOnly = 1 << 2;
inline constexpr std::uint16_t kInUse = 1 << 3 | 1 << 4;  ///< Xen's: somebody has it mapped, to read or to write

class Grants {
 public:
  constexpr Grants() = default;
  /// @param entries kGrantShare of them, the first of which has the reference `first`
  Grants(GrantEntry* entries, std::uint32_t first, std::uint16_t domain)
      : entries_(entries), first_(first), domain_(domain) {}

  /// Gives the page at `page` away by entry `index`, which must be free.
  void give(unsigned index, const void* page, bool read_only) {
    GrantEntry& entry = entries_[index];
    store(entry.domain, domain_);
    store(entry.frame, static_cast<std::uint32_t>(raw(device_address(page)) / kPage));
    store_release(entry.flags, static_cast<std::uint16_t>(kPermitAccess | (read_only ? kReadOnly : 0)));
  }

  /// The entry is free again. @return false when the other side still has the page
  bool take_back(unsigned index) {
    std::uint16_t& flags = entries_[index].flags;
    std::uint16_t seen = load(flags);
    do
      if (seen & kInUse) return false;
    while (!__atomic_compare_exchange_n(&flags, &seen, std::uint16_t{0}, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
    return true;
  }

  std::uint32_t reference(unsigned index) const { return first_ + index; }

 private:
  GrantEntry* entries_ = nullptr;
  std::uint32_t first_ = 0;
  std::uint16_t domain_ = 0;
};

}  // namespace wick::drivers::xen
