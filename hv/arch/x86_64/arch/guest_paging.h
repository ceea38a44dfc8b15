// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The guest's own page tables: its regions for ring 3, and nothing else but the two pages through which hv is entered.
// Used by the processor while the guest runs, whatever the wall, so their dirty bits tell what a restart has to reset.
// hv alone writes them.

#include "arch/page_tables.h"
#include "guest/guest_map.h"

namespace wick::hv {

/// Bytes of tables that a guest with memory up to `end` may need.
std::uint64_t guest_tables_length(Gpa end);

/// @param frames cleared memory of that length  @return no_memory when it doesn't suffice
Status build_guest_tables(const GuestMap& map, MemoryRange frames);

/// What CR3 holds while the guest runs.
std::uint64_t guest_root();

/// Takes the write permission of [start, start + length) away, large pages being split, or gives it back.
/// @return no_memory when there is no frame left for splitting
Status set_writable(Gpa start, std::uint64_t length, bool writable);

/// See PageTables.
void settle_splits(Splits what);

/// Whether the guest could access [address, address + length) itself, `write` or read.
bool guest_may(Gpa address, std::uint64_t length, bool write);

/// The next page at or behind `from`, below `end`, that the guest has written since its dirty bit was cleared.
/// @param clear its bit; the caller flushes the TLB before the guest runs again  @return length 0: none
MemoryRange next_dirty_page(Gpa from, Gpa end, bool clear);

/// As if the guest had written there.
void mark_dirty(Gpa start, std::uint64_t length);

/// Writes into the guest's code, in spite of its read-only mapping: before the guest runs, to put the trap in place.
void write_code(Gpa to, const std::uint8_t* bytes, std::size_t count);

}  // namespace wick::hv
