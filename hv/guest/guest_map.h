// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which memory is the guest's and what it may do with it: the one list that page tables, nested page tables, the checks
// of guest addresses and the reset after a crash are all made from.

#include "base/fixed_list.h"
#include "base/memory.h"

namespace wick::hv {

enum class RegionKind : std::uint8_t {
  text,
  constants,
  data,  ///< .data and .bss: hv keeps the pristine bytes of .data
  stack,
  shared,     ///< pages that both sides use: event, crash and device pages
  read_only,  ///< pages that hv writes and the guest only reads: BootInfo, clock, last crash, configuration
  dma,
  heap,
  tables,  ///< the guest's own page tables: not mapped for it, but nested paging must let the processor walk them
};

struct GuestRegion {
  Gpa start;
  std::uint64_t length;  ///< multiple of 4096
  Rights rights;
  RegionKind kind;
};

/// Sorted by address, nothing overlaps.
using GuestMap = FixedList<GuestRegion, 24>;

}  // namespace wick::hv
