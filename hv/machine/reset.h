// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What going back to pristine memory and going back to a checkpoint have in common: both touch only what was written.

#include "arch/guest_paging.h"
#include "guest/processor_state.h"

namespace wick::hv {

template <typename Visit>
void for_each_dirty_page(const GuestRegion& region, bool clear, Visit&& visit) {
  const Gpa end = region.start + region.length;
  for (auto page = next_dirty_page(region.start, end, clear); page.length;
       page = next_dirty_page(page.start + page.length, end, clear))
    visit(page);
}

/// Private memory of the guest: hv never writes there.
constexpr bool is_private(RegionKind kind) {
  return kind == RegionKind::data || kind == RegionKind::stack || kind == RegionKind::heap;
}

/// The bytes of the loaded image, or zeroes where it has none.
void make_pristine(MemoryRange page);

/// Clears the shared pages and writes BootInfo for another start.
void renew_shared_pages();

/// Nothing of the processor's state is an earlier guest's. @param state what this one has
void renew_processor(const ProcessorState& state);
ProcessorState processor_state();

}  // namespace wick::hv
