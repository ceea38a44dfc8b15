// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Copies of the guest's memory in a file, for checkpoints and snapshots. Going back costs nothing but dropping what was
// written since: the kernel maps the file copy-on-write.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "monitor/base/sentence.h"
#include "monitor/guest/memory.h"

namespace wick::monitor {

using hv::GuestRegion;
using hv::RegionKind;
using hv::Rights;

namespace {

/// An entry of /proc/PID/pagemap (Linux Documentation/admin-guide/mm/pagemap.rst).
constexpr std::uint64_t kPresent = 1ull << 63, kSwapped = 1ull << 62;
constexpr std::size_t kEntries = 512;  ///< of it that are looked at together

/// What we share with the guest is written anew for each life.
constexpr bool is_copied(const GuestRegion& region) {
  return region.rights == Rights::read_write && region.kind != RegionKind::shared;
}

/// Regions behind each other are visited as one. @return whether each visit was fine
template <typename Visit>
bool each_copied(const hv::GuestMap& map, Visit visit) {
  std::uint64_t start = 0, end = 0;
  for (const auto& region : map) {
    if (!is_copied(region)) continue;
    if (raw(region.start) != end) {
      if (end && !visit(start, end - start)) return false;
      start = raw(region.start);
    }
    end = raw(region.start) + region.length;
  }
  return !end || visit(start, end - start);
}

bool drop(std::uint64_t start, std::uint64_t length) {
  return madvise(reinterpret_cast<void*>(start), length, MADV_DONTNEED) == 0;
}

/// In large pieces, for which it is worth it. Seals may have made many mappings of one, which Linux before 6.17 moves
/// one by one; before 5.13 it moves none.
bool forget(std::uint64_t start, std::uint64_t length, const Sweeper& sweeper) {
  constexpr std::uint64_t kFew = 64 * kPage;
  if (length > kFew && sweeper.take(start, length)) return true;
  if (length > kFew && errno == EFAULT) {
    const auto half = length / 2 & ~(kPage - 1);
    return forget(start, half, sweeper) && forget(start + half, length - half, sweeper);
  }
  return drop(start, length);
}

const std::uint8_t* bytes(std::uint64_t at) { return reinterpret_cast<const std::uint8_t*>(at); }

bool write_all(int file, std::uint64_t at, std::uint64_t length, std::uint64_t to) {
  while (length) {
    const auto written = pwrite(file, reinterpret_cast<const void*>(at), length, static_cast<off_t>(to));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += static_cast<std::uint64_t>(written);
    to += static_cast<std::uint64_t>(written);
    length -= static_cast<std::uint64_t>(written);
  }
  return true;
}

/// Says of `count` pages from `at` on, kEntries at most, whether they are there.
bool read_page_map(int page_map, std::uint64_t at, std::size_t count, bool (&touched)[kEntries]) {
  std::uint64_t entries[kEntries];
  const auto bytes = count * sizeof entries[0];
  const auto got = pread(page_map, entries, bytes, static_cast<off_t>(at / kPage * sizeof entries[0]));
  if (got != static_cast<ssize_t>(bytes)) return false;
  for (std::size_t i = 0; i < count; ++i) touched[i] = entries[i] & (kPresent | kSwapped);
  return true;
}

alignas(kPage) constexpr std::uint8_t kZeroes[kPage] = {};

}  // namespace

/// What nobody has touched since is what lies under the page: the file that memory was mapped from, the appliance's own
/// for data, or nothing. @param touched of the pages from `at` on
bool GuestMemory::write_pages(MemoryFile& to, const GuestRegion& region, std::uint64_t at, std::size_t count,
                              const bool (&touched)[kEntries]) const {
  const auto first = (at - raw(start())) / kPage;
  const auto holds = [&](std::size_t i) {
    return touched[i] || (base_ ? base_->pages.has(first + i) : region.kind == RegionKind::data);
  };
  for (std::size_t i = 0, end = 0; i < count; i = end) {
    const bool written = holds(i);
    for (end = i; end < count && holds(end) == written; ++end) {
      // An earlier copy that wasn't finished may have left something there.
      const bool stale = !written && to.pages.has(first + end);
      if (stale &&
          !write_all(to.file, reinterpret_cast<std::uint64_t>(kZeroes), kPage, to.offset + (first + end) * kPage))
        return false;
      if (written) to.pages.add(first + end);
      to.sums.set(first + end, written ? sum_of_page(bytes(at + end * kPage)) : 0);
    }
    if (written && !write_all(to.file, at + i * kPage, (end - i) * kPage, to.offset + (first + i) * kPage))
      return false;
  }
  return true;
}

Outcome GuestMemory::write_copy(MemoryFile& to, int page_map) const {
  bool touched[kEntries];
  for (const auto& region : map_) {
    if (!is_copied(region)) continue;
    const std::uint64_t end = raw(region.start) + region.length;
    for (std::uint64_t at = raw(region.start); at < end; at += kEntries * kPage) {
      const std::size_t count = std::min<std::uint64_t>(kEntries, (end - at) / kPage);
      if (!read_page_map(page_map, at, count, touched) || !write_pages(to, region, at, count, touched))
        return sentence("the copy of memory can't be written: %s", std::strerror(errno));
    }
  }
  return {};
}

Outcome GuestMemory::map_copy(const MemoryFile& from) {
  const bool fine = each_copied(map_, [&](std::uint64_t start, std::uint64_t length) {
    const auto at = static_cast<off_t>(from.offset + start - raw(this->start()));
    return mmap(reinterpret_cast<void*>(start), length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED,
                from.file, at) != MAP_FAILED;
  });
  if (!fine) return sentence("the copy of memory can't be mapped: %s", std::strerror(errno));
  base_ = &from;
  return {};
}

void GuestMemory::return_to_copy(Sweeper& sweeper) {
  const bool aside = sweeper.idle();  // else the pages of before are in the way: who falls that often waits
  (void)each_copied(map_, [&](std::uint64_t start, std::uint64_t length) {
    return aside ? forget(start, length, sweeper) : drop(start, length);
  });
  if (aside) sweeper.sweep(raw(start()), raw(end_));
}

// Linux before 5.14 doesn't know how: then the guest's first writes do it.
void GuestMemory::map_now(const FirstPages& pages) const {
  for (const auto& run : std::span(pages.runs, pages.count))
    (void)each_copied(map_, [&](std::uint64_t start, std::uint64_t length) {
      const auto from = std::max(raw(this->start()) + run.first * kPage, start);
      const auto to = std::min(raw(this->start()) + (run.first + run.count) * kPage, start + length);
      if (from < to) madvise(reinterpret_cast<void*>(from), to - from, MADV_POPULATE_WRITE);
      return true;
    });
}

bool GuestMemory::find_written(const MemoryFile& since, int page_map, FirstPages& written) const {
  constexpr std::uint64_t kMostLooked = 1ull << 30, kMostCompared = 4096;  // bytes and pages: the guest waits for it
  std::uint64_t compared = 0;
  bool touched[kEntries];
  written = {};
  for (const auto& region : map_) {
    if (!is_copied(region)) continue;
    const std::uint64_t end = raw(region.start) + std::min(region.length, kMostLooked);
    for (std::uint64_t at = raw(region.start); at < end; at += kEntries * kPage) {
      const std::size_t count = std::min<std::uint64_t>(kEntries, (end - at) / kPage);
      if (!read_page_map(page_map, at, count, touched)) return false;
      for (std::size_t i = 0; i < count; ++i) {
        if (!touched[i]) continue;
        if (++compared > kMostCompared) return true;
        const auto page = (at - raw(start())) / kPage + i;
        if (since.sums[page] != sum_of_page(bytes(at + i * kPage)) && !written.add(page)) return true;
      }
    }
  }
  return true;
}

Outcome open_page_map(int& file) {
  constexpr const char* kName = "/proc/self/pagemap";
  file = open(kName, O_RDONLY | O_CLOEXEC);
  return file >= 0 ? Outcome{} : sentence("%s can't be opened: %s", kName, std::strerror(errno));
}

}  // namespace wick::monitor
