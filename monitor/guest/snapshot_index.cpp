// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/guest/snapshot_index.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "abi/host/checksum.h"

namespace wick::monitor {
namespace {

template <typename Item>
std::span<const std::uint8_t> bytes(std::span<Item> items) {
  return {reinterpret_cast<const std::uint8_t*>(items.data()), items.size_bytes()};
}

}  // namespace

std::uint32_t sum_of_page(const std::uint8_t* page) { return std::max(crc32c({page, kPage}), 1u); }

std::uint32_t PageSums::checksum() const { return crc32c(bytes(all())); }

// Of the heap it would be filled with zeros, each page of it, and given back behind the jail's door.
void PageSums::make(std::uint64_t pages) {
  constexpr int kPrivate = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  void* const memory = mmap(nullptr, pages * sizeof sums_[0], PROT_READ | PROT_WRITE, kPrivate, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  sums_ = {static_cast<std::uint32_t*>(memory), pages};
}

void PageSums::drop() {
  munmap(sums_.data(), sums_.size_bytes());
  sums_ = {};
}

bool PageSums::read(int file) {
  const auto length = sums_.size() * sizeof sums_[0];
  return pread(file, sums_.data(), length, kPageSumsAt) == static_cast<ssize_t>(length);
}

bool PageSums::is_whole(int file, std::uint64_t offset) const {
  constexpr std::size_t kTogether = 16;
  std::uint8_t pages[kTogether * kPage];
  for (std::size_t first = 0; first < sums_.size(); first += kTogether) {
    const auto count = std::min(kTogether, sums_.size() - first);
    const auto length = static_cast<ssize_t>(count * kPage);
    if (pread(file, pages, count * kPage, static_cast<off_t>(offset + first * kPage)) != length) return false;
    for (std::size_t i = 0; i < count; ++i) {
      const std::span page{pages + i * kPage, kPage};
      const bool hole = sums_[first + i] == 0;
      if (hole ? std::ranges::any_of(page, [](auto byte) { return byte != 0; })
               : sum_of_page(page.data()) != sums_[first + i])
        return false;
    }
  }
  return true;
}

bool FirstPages::add(std::uint64_t page) {
  std::uint32_t pages = 0;
  for (std::uint32_t i = 0; i < count; ++i) pages += runs[i].count;
  if (pages == kMostPages) return false;
  if (count && runs[count - 1].first + runs[count - 1].count == page) {
    ++runs[count - 1].count;
    return true;
  }
  if (count == kMostRuns) return false;
  runs[count++] = {static_cast<std::uint32_t>(page), 1};
  return true;
}

std::uint32_t FirstPages::sum() const {
  FirstPages copy = *this;
  copy.checksum = 0;
  return crc32c(bytes(std::span(&copy, 1)));
}

bool FirstPages::is_good(std::uint64_t pages) const {
  if (count > kMostRuns || checksum != sum()) return false;
  std::uint64_t end = 0, sum = 0;
  for (const auto& run : std::span(runs, count)) {
    if (run.first < end || run.count == 0 || run.count > kMostPages) return false;
    end = std::uint64_t{run.first} + run.count;
    sum += run.count;
  }
  return end <= pages && sum <= kMostPages;
}

}  // namespace wick::monitor
