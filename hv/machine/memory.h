// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the guest has written of its memory, for whoever brings it back to what it was: text and constants can't have
// changed.

#include "machine/machine.h"

namespace wick::hv {

/// Private memory of the guest, where hv never writes, and its DMA memory if that counts.
template <typename Visit>
void for_each_dirty_page(bool with_dma, bool clear, Visit&& visit) {
  for (const auto& region : guest_map) {
    const auto kind = region.kind;
    const bool own = kind == RegionKind::data || kind == RegionKind::stack || kind == RegionKind::heap;
    if (!own && !(with_dma && kind == RegionKind::dma)) continue;
    const Gpa end = region.start + region.length;
    for (auto page = next_dirty_page(region.start, end, clear); page.length;
         page = next_dirty_page(page.start + page.length, end, clear))
      visit(page);
  }
}

/// The bytes of the loaded image, or zeroes where it has none.
void make_pristine(MemoryRange page);

/// Of large pages that were split, in all tables; and TLBs forget what was dirty.
void settle(Splits what);

}  // namespace wick::hv
