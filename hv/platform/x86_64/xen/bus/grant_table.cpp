// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/x86_64/xen/bus/grant_table.h"

#include "base/memory.h"
#include "platform/x86_64/xen/hypercall.h"
#include "xen/grants.h"

namespace wick::hv::xen {
namespace {

using drivers::xen::GrantEntry;
using drivers::xen::kGrantShare;

constexpr std::uint32_t kReserved = 8;  ///< the first entries are for what the domain was started with
constexpr std::uint64_t kBytes = whole_pages((kReserved + kMostGrantDevices * kGrantShare) * sizeof(GrantEntry));

/// Xen puts its pages in the place of these, like the shared one (events.cpp).
[[gnu::section(".bss.hv.own")]] alignas(kPage) GrantEntry table[kBytes / sizeof(GrantEntry)];
static_assert(sizeof table == kBytes);

}  // namespace

bool map_grant_table() {
  for (std::uint64_t page = 0; page < kBytes / kPage; ++page) {
    AddToPhysmap place{.domain = kSelf,
                       .size = 0,
                       .space = MapSpace::grant_table,
                       .index = page,
                       .frame = address_of(table) / kPage + page};
    if (call(Hypercall::memory_op, kAddToPhysmap, &place) != 0) return false;
  }
  return true;
}

std::uint32_t first_grant(unsigned index) { return kReserved + index * kGrantShare; }
Gpa grant_share(unsigned index) { return gpa_of(table + first_grant(index)); }

}  // namespace wick::hv::xen
