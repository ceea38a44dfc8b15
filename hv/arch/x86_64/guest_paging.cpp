// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Intel SDM volume 3, §4.5. 4 KiB pages for the image and the first of heap and DMA memory, where a restart wants to
// know exactly what was written; 2 MiB pages for the rest.

#include "arch/guest_paging.h"

#include <algorithm>

#include "arch/cpu.h"
#include "arch/guest_format.h"
#include "arch/instructions.h"

extern "C" const char hv_entry_start[], wick_image_end[];

namespace wick::hv {
namespace {

constexpr std::uint64_t kExact = 8 << 20;  ///< of heap and DMA memory in 4 KiB pages

PageTables<GuestFormat> tables;

Status map_own_page(const void* page, std::uint64_t entry_bits) {
  return tables.map(address_of(page), address_of(page) + kPage, ~0ull, entry_bits);
}

}  // namespace

std::uint64_t guest_tables_length(Gpa end) {
  const std::uint64_t directories = (raw(end) + kTableSpan - 1) / kTableSpan;
  // Tables of 4 KiB pages: the image, the first of heap and DMA memory, the ends of regions, splits.
  const std::uint64_t fine = (address_of(wick_image_end) + 2 * kExact) / kLargePage + 12 + splits_of(raw(end));
  return (2 + directories + fine) * kPage;
}

Status build_guest_tables(const GuestMap& map, MemoryRange frames) {
  tables.start(frames);
  bool more_heap = false;
  for (const auto& region : map) {
    if (region.kind == RegionKind::tables) continue;
    const std::uint64_t start = raw(region.start), exact = more_heap ? 0 : kExact;
    const auto status = tables.map(start, start + region.length, start + exact, guest_bits(region.rights));
    if (!ok(status)) return status;
    more_heap |= region.kind == RegionKind::heap;
  }
  if (const auto status = map_own_page(hv_entry_start, kPresent); !ok(status)) return status;
  for (const auto& cpu : cpus)
    if (const auto status = map_own_page(&cpu, kPresent | kWrite | kNoExecute | kDirty); !ok(status)) return status;
  return Status::ok;
}

std::uint64_t guest_root() { return tables.root(); }

void write_code(Gpa to, const std::uint8_t* bytes, std::size_t count) {
  constexpr std::uint64_t kWriteProtect = 1 << 16;
  const auto cr0 = read_cr0();
  write_cr0(cr0 & ~kWriteProtect);
  __builtin_memcpy(reinterpret_cast<void*>(raw(to)), bytes, count);
  write_cr0(cr0);
}

Status set_writable(Gpa start, std::uint64_t length, bool writable) {
  return tables.set_writable(raw(start), raw(start) + length, writable);
}

void settle_splits(Splits what) { tables.settle(what); }

bool guest_may(Gpa address, std::uint64_t length, bool write) {
  const std::uint64_t end = raw(address) + length;
  if (end < raw(address) || end >> 47) return false;
  const std::uint64_t needed = kPresent | kUser | (write ? kWrite : 0);
  for (std::uint64_t at = raw(address), span; at < end; at = (at | (span - 1)) + 1) {
    const auto* entry = tables.leaf(at, span);
    if (!entry || (*entry & needed) != needed) return false;
  }
  return true;
}

void mark_dirty(Gpa start, std::uint64_t length) {
  for (std::uint64_t at = raw(start), span; at < raw(start) + length; at = (at | (span - 1)) + 1)
    if (auto* entry = tables.leaf(at, span)) *entry |= kDirty;
}

MemoryRange next_dirty_page(Gpa from, Gpa end, bool clear) {
  std::uint64_t span;
  for (std::uint64_t at = raw(from); at < raw(end);) {
    auto* entry = tables.leaf(at, span);
    at &= ~(span - 1);
    if (!entry) {
      at += span;
      continue;
    }
    // Along the table, while pages are clean and no link to another table: most are.
    const std::uint64_t clean = kPresent | (span > kPage ? GuestFormat::large : 0), written = clean | kDirty;
    const std::uint64_t stop = std::min(raw(end), (at | (512 * span - 1)) + 1);
    for (; at < stop && (*entry & written) == clean; at += span) ++entry;
    if (at >= stop || (*entry & written) != written) continue;
    if (clear) *entry &= ~kDirty;
    return {Gpa{at}, span};
  }
  return {Gpa{}, 0};
}

}  // namespace wick::hv
