// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Copies of the guest's memory in a file, for checkpoints and snapshots. Going back costs nothing but dropping what was
// written since: the kernel maps the file copy-on-write.

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "wall/hosted/guest_memory.h"
#include "wall/hosted/sentence.h"

namespace wick::hosted {

using hv::GuestRegion;
using hv::RegionKind;
using hv::Rights;

namespace {

/// An entry of /proc/PID/pagemap (Linux Documentation/admin-guide/mm/pagemap.rst).
constexpr std::uint64_t kPresent = 1ull << 63, kSwapped = 1ull << 62;

constexpr bool is_copied(const GuestRegion& region) { return region.rights == Rights::read_write; }

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

/// Calls `visit(start, length)` for runs of pages that are there.
template <typename Visit>
bool for_each_touched(const GuestRegion& region, int page_map, Visit&& visit) {
  constexpr std::size_t kEntries = 512;
  std::uint64_t entries[kEntries];
  const std::uint64_t end = raw(region.start) + region.length;
  for (std::uint64_t at = raw(region.start); at < end;) {
    const std::size_t wanted = std::min<std::uint64_t>(kEntries, (end - at) / kPage) * sizeof entries[0];
    const auto got = pread(page_map, entries, wanted, static_cast<off_t>(at / kPage * sizeof entries[0]));
    if (got != static_cast<ssize_t>(wanted)) return false;
    const std::size_t count = wanted / sizeof entries[0];
    for (std::size_t i = 0, run = 0; i <= count; ++i) {
      if (i < count && entries[i] & (kPresent | kSwapped)) {
        ++run;
        continue;
      }
      if (run && !visit(at + (i - run) * kPage, run * kPage)) return false;
      run = 0;
    }
    at += count * kPage;
  }
  return true;
}

}  // namespace

std::expected<void, std::string> GuestMemory::write_copy(int file, std::uint64_t offset, int page_map) const {
  const auto write = [&](std::uint64_t at, std::uint64_t length) {
    return write_all(file, at, length, offset + at - raw(start()));
  };
  for (const auto& region : map_) {
    if (!is_copied(region)) continue;
    // Data that nobody has touched is in the appliance's file, not in the copy: all of it is written.
    const bool fine = region.kind == RegionKind::data ? write(raw(region.start), region.length)
                                                      : for_each_touched(region, page_map, write);
    if (!fine) return sentence("the copy of memory can't be written: %s", std::strerror(errno));
  }
  return {};
}

std::expected<void, std::string> GuestMemory::map_copy(int file, std::uint64_t offset, std::size_t seals) {
  for (const auto& region : map_) {
    if (!is_copied(region)) continue;
    auto* start = reinterpret_cast<void*>(raw(region.start));
    const auto at = static_cast<off_t>(offset + raw(region.start) - raw(this->start()));
    if (mmap(start, region.length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED, file, at) != start)
      return sentence("the copy of memory can't be mapped: %s", std::strerror(errno));
  }
  copied_ = true;
  copied_seals_ = seals;
  unseal_to(seals);
  return {};
}

void GuestMemory::return_to_copy() {
  unseal_to(copied_seals_);
  for (const auto& region : map_)
    if (is_copied(region)) madvise(reinterpret_cast<void*>(raw(region.start)), region.length, MADV_DONTNEED);
}

}  // namespace wick::hosted
