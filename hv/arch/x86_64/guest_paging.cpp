// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Intel SDM volume 3, §4.5. 4 KiB pages for the image and the first of the heap, where little is written and a restart
// wants to know exactly what; 2 MiB pages for the rest.

#include "arch/guest_paging.h"

#include "arch/instructions.h"

extern "C" const char hv_entry_start[], hv_entry_data_start[], wick_image_end[];

namespace wick::hv {
namespace {

constexpr std::uint64_t kPresent = 1, kWrite = 2, kUser = 4, kDirty = 64, kLarge = 128;
constexpr std::uint64_t kNoExecute = 1ull << 63;
constexpr std::uint64_t kFrameMask = 0x000ffffffffff000;
constexpr std::uint64_t kPage = 4096, kLargePage = 2 << 20, kTableSpan = 1ull << 30;
constexpr std::uint64_t kTable = kPresent | kWrite | kUser;
constexpr std::uint64_t kExact = 8 << 20;  ///< of heap and DMA memory in 4 KiB pages
constexpr std::uint64_t kSplits = 8;       ///< large pages that make_read_only() may split

std::uint64_t* root;
std::uint64_t next_frame, end_of_frames;

std::uint64_t address_of(const void* pointer) { return reinterpret_cast<std::uint64_t>(pointer); }

constexpr std::uint64_t bits(Rights rights) {
  switch (rights) {
    case Rights::read:
      return kPresent | kUser | kNoExecute;
    case Rights::read_write:
      return kPresent | kUser | kWrite | kNoExecute;
    case Rights::read_execute:
      return kPresent | kUser;
  }
  return 0;
}

std::uint64_t* take_frame() {
  if (next_frame == end_of_frames) return nullptr;
  auto* frame = reinterpret_cast<std::uint64_t*>(next_frame);
  next_frame += kPage;
  return frame;
}

/// The table below `entry`; a large page becomes a table of the same rights.
std::uint64_t* descend(std::uint64_t& entry) {
  if (!(entry & kPresent) || entry & kLarge) {
    auto* table = take_frame();
    if (!table) return nullptr;
    if (entry & kLarge)
      for (std::uint64_t i = 0; i < 512; ++i) table[i] = (entry & ~kLarge) + i * kPage;
    entry = address_of(table) | kTable;
  }
  return reinterpret_cast<std::uint64_t*>(entry & kFrameMask);
}

std::uint64_t* directory_entry(std::uint64_t address) {
  auto* pdpt = descend(root[address >> 39 & 511]);
  auto* pd = pdpt ? descend(pdpt[address >> 30 & 511]) : nullptr;
  return pd ? pd + (address >> 21 & 511) : nullptr;
}

void map(std::uint64_t at, std::uint64_t end, std::uint64_t large_from, std::uint64_t entry_bits) {
  while (at < end) {
    auto& entry = *directory_entry(at);
    if (at >= large_from && at % kLargePage == 0 && end - at >= kLargePage) {
      entry = at | entry_bits | kLarge;
      at += kLargePage;
      continue;
    }
    auto* table = descend(entry);
    do table[at >> 12 & 511] = at | entry_bits;
    while ((at += kPage) < end && at % kLargePage != 0);
  }
}

/// The leaf that maps `address`. @return nullptr when nothing does, and then `span` is how much isn't mapped there
std::uint64_t* leaf(std::uint64_t address, std::uint64_t& span) {
  auto* table = root;
  for (unsigned shift = 39;; shift -= 9) {
    auto& entry = table[address >> shift & 511];
    span = 1ull << shift;
    if (!(entry & kPresent)) return nullptr;
    if (entry & kLarge || shift == 12) return &entry;
    table = reinterpret_cast<std::uint64_t*>(entry & kFrameMask);
  }
}

}  // namespace

std::uint64_t guest_tables_length(Gpa end) {
  const std::uint64_t directories = (raw(end) + kTableSpan - 1) / kTableSpan;
  // Tables of 4 KiB pages: the image, the first of heap and DMA memory, the ends of regions, splits.
  const std::uint64_t fine = (address_of(wick_image_end) + 2 * kExact) / kLargePage + 12 + kSplits;
  return (2 + directories + fine) * kPage;
}

void build_guest_tables(const GuestMap& map_of_guest, MemoryRange frames) {
  next_frame = raw(frames.start);
  end_of_frames = next_frame + frames.length;
  root = take_frame();
  for (const auto& region : map_of_guest) {
    if (region.kind == RegionKind::tables) continue;
    const std::uint64_t start = raw(region.start);
    map(start, start + region.length, start + kExact, bits(region.rights));
  }
  map(address_of(hv_entry_start), address_of(hv_entry_start) + kPage, ~0ull, kPresent);
  map(address_of(hv_entry_data_start), address_of(hv_entry_data_start) + kPage, ~0ull,
      kPresent | kWrite | kNoExecute | kDirty);
}

std::uint64_t guest_root() { return address_of(root); }

void write_code(Gpa to, const std::uint8_t* bytes, std::size_t count) {
  constexpr std::uint64_t kWriteProtect = 1 << 16;
  const auto cr0 = read_cr0();
  write_cr0(cr0 & ~kWriteProtect);
  __builtin_memcpy(reinterpret_cast<void*>(raw(to)), bytes, count);
  write_cr0(cr0);
}

Status make_read_only(Gpa start, std::uint64_t length) {
  const std::uint64_t end = raw(start) + length;
  for (std::uint64_t at = raw(start); at < end;) {
    auto& entry = *directory_entry(at);
    if (entry & kLarge && at % kLargePage == 0 && end - at >= kLargePage) {
      entry &= ~kWrite;
      at += kLargePage;
      continue;
    }
    auto* table = descend(entry);
    if (!table) return Status::no_memory;
    table[at >> 12 & 511] &= ~kWrite;
    at += kPage;
  }
  return Status::ok;
}

bool guest_may(Gpa address, std::uint64_t length, bool write) {
  const std::uint64_t end = raw(address) + length;
  if (end < raw(address) || end >> 47) return false;
  const std::uint64_t needed = kPresent | kUser | (write ? kWrite : 0);
  for (std::uint64_t at = raw(address), span; at < end; at = (at | (span - 1)) + 1) {
    const auto* entry = leaf(at, span);
    if (!entry || (*entry & needed) != needed) return false;
  }
  return true;
}

void mark_dirty(Gpa start, std::uint64_t length) {
  for (std::uint64_t at = raw(start), span; at < raw(start) + length; at = (at | (span - 1)) + 1)
    if (auto* entry = leaf(at, span)) *entry |= kDirty;
}

MemoryRange next_dirty_page(Gpa from, Gpa end, bool clear) {
  for (std::uint64_t at = raw(from), span; at < raw(end); at = (at | (span - 1)) + 1) {
    auto* entry = leaf(at, span);
    if (!entry) continue;
    if (span == kPage)  // along the table: most pages are small and clean
      for (; !(*entry & kDirty) && at + kPage < raw(end) && (at + kPage) % kLargePage != 0; at += kPage) ++entry;
    if (!(*entry & kDirty)) continue;
    if (clear) *entry &= ~kDirty;
    return {Gpa{at & ~(span - 1)}, span};
  }
  return {Gpa{}, 0};
}

}  // namespace wick::hv
