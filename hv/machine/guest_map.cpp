// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// From the linker script's sections and what was cut off free memory to the list of the guest's regions.

#include "machine/guest.h"

extern "C" const char wick_guest_text_start[], wick_text_end[], wick_guest_rodata_start[], wick_rodata_end[],
    wick_data_start[], wick_stack_guard[], wick_shared_start[], wick_given_start[], wick_given_end[];

namespace wick::hv {
namespace {

void add(const void* start, const void* end, Rights rights, RegionKind kind) {
  const auto first = reinterpret_cast<std::uint64_t>(start);
  const auto length = whole_pages(reinterpret_cast<std::uint64_t>(end) - first);
  if (length) guest_map.add({Gpa{first}, length, rights, kind});
}

void add(MemoryRange range, Rights rights, RegionKind kind) {
  if (range.length) guest_map.add({range.start, range.length, rights, kind});
}

}  // namespace

GuestMap guest_map;

void list_guest_memory(MemoryRange tables) {
  guest_map = {};
  add(wick_guest_text_start, wick_text_end, Rights::read_execute, RegionKind::text);
  add(wick_guest_rodata_start, wick_rodata_end, Rights::read, RegionKind::constants);
  add(wick_data_start, wick_stack_guard, Rights::read_write, RegionKind::data);
  add(wick_stack_guard + kPage, wick_shared_start, Rights::read_write, RegionKind::stack);
  add(wick_shared_start, wick_given_start, Rights::read_write, RegionKind::shared);
  add(wick_given_start, wick_given_end, Rights::read, RegionKind::given);
  add(tables, Rights::read, RegionKind::tables);
  add(guest.dma, Rights::read_write, RegionKind::dma);
  add(guest.heap, Rights::read_write, RegionKind::heap);
}

}  // namespace wick::hv
