// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// 4-level paging (Intel SDM volume 3, §4.5). What the image touches is mapped in 4 KiB pages, the rest of the first GiB
// in 2 MiB pages, RAM beyond it in 1 GiB pages where the processor has them: the work depends on the image, not on RAM.
// Under a BIOS all RAM below 4 GiB is one region with the image at its start. UEFI firmware keeps pieces of the first
// MiBs for itself, so that there the image may stand in a small region and free memory be another one.

#include "arch/paging.h"

#include "arch/guest_format.h"
#include "arch/instructions.h"
#include "base/more_memory.h"

extern "C" {
extern std::uint64_t boot_pml4[512], boot_pdpt[512], boot_pd[512];
extern const char wick_image_start[], hv_code_end[], wick_rodata_end[], hv_stack_guard[];
extern char wick_image_end[];  // not const: tables are written from here on
}

namespace wick::hv {
namespace {

constexpr std::uint64_t kUncached = 8 | 16;  // and written through
constexpr std::uint64_t kTable = kPresent | kWrite;
constexpr std::uint64_t kFourGib = 4 * kTableSpan, kReach = 512 * kTableSpan;
constexpr unsigned kSpareTables = 16;
static_assert(kMorePage == kLargePage);
constexpr std::uint64_t kMostTables = (512 + 2 * MoreMemory::kCapacity) * kPage;  ///< for more memory

/// For mappings made after the address space was built: device registers.
[[gnu::section(".bss.hv.spare")]] alignas(kPage) std::uint64_t spare_tables[kSpareTables][512];

struct OwnFormat : ProcessorLinks<kTable> {
  static constexpr std::uint64_t present = kPresent, write = kWrite;
};
PageTables<OwnFormat> own;

/// boot.S's, with spare frames.
PageTables<OwnFormat>& own_tables() {
  if (!own.root()) own.start({gpa_of(spare_tables), sizeof spare_tables}, boot_pml4);
  return own;
}

constexpr std::uint64_t bits(Rights rights) { return guest_bits(rights) & ~kUser; }

void clear(std::uint64_t* from, std::uint64_t words) {
  asm volatile("rep stosq" : "+D"(from), "+c"(words) : "a"(0) : "memory");
}

/// Table frames, taken one by one from where free memory begins.
struct Frames {
  std::uint64_t next;
  std::uint64_t* take(std::uint64_t count) {
    auto* table = reinterpret_cast<std::uint64_t*>(next);
    next += count * kPage;
    clear(table, count * 512);
    return table;
  }
};

/// Entries for [start, end), each covering `step` bytes. `table` may be several, one behind the other, from address 0
/// on.
void fill(std::uint64_t* table, std::uint64_t start, std::uint64_t end, std::uint64_t step, std::uint64_t entry_bits) {
  for (std::uint64_t* entry = table + start / step; start < end; start += step) *entry++ = start | entry_bits;
}

/// The RAM that the image was loaded into. @return its end, a multiple of 4096; 0 when there is no such region
std::uint64_t end_of_ram(const Boot& boot) {
  for (const auto& range : boot.memory) {
    const std::uint64_t end = raw(range.start) + range.length;
    if (raw(range.start) <= address_of(wick_image_start) && address_of(wick_image_end) <= end)
      return end & ~(kPage - 1);
  }
  return 0;
}

/// A region below 4 GiB with more than `least` bytes in whole 2 MiB pages, behind the image's; the largest one.
/// @return length 0 when there is none
MemoryRange larger_region(const Boot& boot, std::uint64_t least) {
  MemoryRange best{Gpa{}, 0};
  for (const auto& range : boot.memory) {
    const std::uint64_t start = (raw(range.start) + kLargePage - 1) & ~(kLargePage - 1);
    const std::uint64_t end = (raw(range.start) + range.length) & ~(kPage - 1);
    if (raw(range.start) < address_of(wick_image_end) || end > kFourGib || end <= start || end - start <= least)
      continue;
    best = {Gpa{start}, end - start};
    least = best.length;
  }
  return best;
}

/// 4 KiB pages for the 2 MiB regions that the image touches: its sections, then free memory up to `end`. Behind a wall
/// only hv's own code can be executed here.
void map_image(std::uint64_t* tables, std::uint64_t regions, std::uint64_t end) {
  fill(tables, address_of(wick_image_start), address_of(hv_code_end), kPage, bits(Rights::read_execute));
  fill(tables, address_of(hv_code_end), address_of(wick_rodata_end), kPage, bits(Rights::read));
  fill(tables, address_of(wick_rodata_end), address_of(hv_stack_guard), kPage, bits(Rights::read_write));
  fill(tables, address_of(hv_stack_guard) + kPage, end, kPage, bits(Rights::read_write));
  for (std::uint64_t i = 0; i < regions; ++i) boot_pd[i] = address_of(tables + i * 512) | kTable;
}

/// 2 MiB pages from `first` on, where the image's end: RAM in [start, end), else nothing. Every entry is written, so
/// that the cost is the same for any RAM.
void map_first_gib(std::uint64_t first, std::uint64_t start, std::uint64_t end) {
  constexpr std::uint64_t kBits = bits(Rights::read_write) | OwnFormat::large;
  const std::uint64_t length = end > start ? end - start : 0;
  std::uint64_t at = first;
  for (std::uint64_t* entry = boot_pd + first / kLargePage; entry < boot_pd + 512; ++entry, at += kLargePage)
    *entry = at - start < length ? at | kBits : 0;
  boot_pdpt[0] = address_of(boot_pd) | kTable;
}

/// RAM in [start, end). What is left over below a 2 MiB boundary stays unused.
void map_large(Frames& frames, std::uint64_t start, std::uint64_t end) {
  const bool huge_pages = cpuid(0x80000001).edx & (1u << 26);
  while (start < end) {
    const std::uint64_t at = start & ~(kTableSpan - 1);
    const std::uint64_t stop = end < at + kTableSpan ? end : at + kTableSpan;
    auto& entry = boot_pdpt[at / kTableSpan];
    if (huge_pages && stop - start == kTableSpan) {
      entry = at | bits(Rights::read_write) | OwnFormat::large;
    } else {
      if (!entry) entry = address_of(frames.take(1)) | kTable;
      auto* pd = reinterpret_cast<std::uint64_t*>(entry & ~(kPage - 1));
      fill(pd - at / kLargePage, start, stop, kLargePage, bits(Rights::read_write) | OwnFormat::large);
    }
    start = stop;
  }
}

/// How much the entry that maps `at` covers; 0: none does. Once in the code: images are counted in bytes.
[[gnu::noinline]] std::uint64_t mapped_span(std::uint64_t at) {
  std::uint64_t span;
  return own_tables().leaf(at, span) ? span : 0;
}

/// @return false: out of tables, or a large page stands there
bool map_pages(std::uint64_t start, std::uint64_t end, std::uint64_t entry_bits) {
  start &= ~(kPage - 1);
  for (std::uint64_t at = start; at < end; at += kPage)
    if (mapped_span(at) > kPage) return false;
  if (!ok(own_tables().map(start, end, ~0ull, entry_bits))) return false;
  for (; start < end; start += kPage) invalidate_page(Gpa{start});
  return true;
}

}  // namespace

MemoryRange build_address_space(Boot& boot) {
  const std::uint64_t home_end = end_of_ram(boot), image_end = address_of(wick_image_end);
  const std::uint64_t regions = (image_end + kLargePage - 1) / kLargePage;
  const std::uint64_t small_end = regions * kLargePage;
  if (home_end < image_end + (regions + 4) * kPage) return {};
  const auto other = larger_region(boot, home_end - image_end);
  const std::uint64_t start = other.length ? raw(other.start) : small_end;
  std::uint64_t ram_end = other.length ? raw(other.start) + other.length : home_end;
  const bool tail = ram_end > start && ram_end < kTableSpan && ram_end % kLargePage != 0;

  Frames frames{image_end};
  map_image(frames.take(regions), regions, home_end < small_end ? home_end : small_end);
  const std::uint64_t large_end = ram_end & ~(kLargePage - 1);
  map_first_gib(small_end, start, large_end);
  if (tail) {
    auto* table = frames.take(1);
    fill(table - large_end / kPage, large_end, ram_end, kPage, bits(Rights::read_write));
    boot_pd[large_end / kLargePage] = address_of(table) | kTable;
  } else if (ram_end > start) {
    ram_end = large_end;
  }
  map_large(frames, start < kTableSpan ? kTableSpan : start, ram_end);
  write_cr3(address_of(boot_pml4));

  Frames behind{other.length ? start : frames.next};  // mapped by now, and there is more of it
  boot.more_memory = memory_above(boot, ram_end, ram_end - behind.next > kMostTables ? kReach : 0);
  for (const auto& range : boot.more_memory) map_large(behind, raw(range.start), raw(range.start) + range.length);
  return {Gpa{behind.next}, ram_end - behind.next};
}

bool map_device(Gpa start, std::uint64_t length) {
  return map_pages(raw(start), raw(start) + length, bits(Rights::read_write) | kUncached);
}

bool map_memory(Gpa start, std::uint64_t length, Rights rights) {
  return map_pages(raw(start), raw(start) + length, bits(rights));
}

Status set_own_writable(Gpa start, std::uint64_t length, bool writable) {
  const auto status = own_tables().set_writable(raw(start), raw(start) + length, writable);
  write_cr3(address_of(boot_pml4));  // and the TLB forgets
  return status;
}

bool is_mapped(Gpa address) { return !(raw(address) >> 47) && mapped_span(raw(address)); }

}  // namespace wick::hv
