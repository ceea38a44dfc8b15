// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// From the linker script's sections and what was cut off free memory to the list of the guest's regions.

#include "machine/guest.h"

extern "C" const char wick_guest_text_start[], wick_text_end[], wick_guest_rodata_start[], wick_rodata_end[],
    wick_data_start[], wick_stack_guard[], wick_shared_start[], wick_read_only_start[], wick_read_only_end[];

namespace wick::hv {
namespace {

MemoryRange between(const char* start, const char* end) {
  return {gpa_of(start), whole_pages(static_cast<std::uint64_t>(end - start))};
}

void add(MemoryRange range, Rights rights, RegionKind kind) {
  if (range.length) guest_map.add({range.start, range.length, rights, kind});
}

}  // namespace

GuestMap guest_map;

void list_guest_memory(MemoryRange tables) {
  guest_map = {};
  add(between(wick_guest_text_start, wick_text_end), Rights::read_execute, RegionKind::text);
  add(between(wick_guest_rodata_start, wick_rodata_end), Rights::read, RegionKind::constants);
  add(between(wick_data_start, wick_stack_guard), Rights::read_write, RegionKind::data);
  add(between(wick_stack_guard + kPage, wick_shared_start), Rights::read_write, RegionKind::stack);
  add(between(wick_shared_start, wick_read_only_start), Rights::read_write, RegionKind::shared);
  add(between(wick_read_only_start, wick_read_only_end), Rights::read, RegionKind::read_only);
  add(tables, Rights::read, RegionKind::tables);
  add(guest.dma, Rights::read_write, RegionKind::dma);
  add(guest.heap, Rights::read_write, RegionKind::heap);
  for (const auto& range : guest.boot->more_memory) add(range, Rights::read_write, RegionKind::heap);
}

}  // namespace wick::hv
