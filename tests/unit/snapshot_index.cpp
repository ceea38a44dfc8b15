// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What a snapshot's file says of memory: the list of first pages takes what it has room for and refuses what nobody has
// made, and checksums find a changed byte, in a hole, too.
#include "monitor/guest/snapshot_index.h"

#include <doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <memory>
#include <vector>

using namespace wick;
using namespace wick::monitor;

namespace {

constexpr std::uint64_t kPages = 5000;

std::unique_ptr<FirstPages> list(std::vector<PageRun> runs) {
  auto made = std::make_unique<FirstPages>();
  for (const auto& run : runs) made->runs[made->count++] = run;
  made->seal();
  return made;
}

}  // namespace

TEST_CASE("first pages: neighbours are one run, and there is an end to both counts") {
  FirstPages pages{};
  for (const unsigned page : {7u, 8u, 9u, 20u}) CHECK(pages.add(page));
  pages.seal();
  CHECK(pages.count == 2);
  CHECK((pages.runs[0].first == 7 && pages.runs[0].count == 3 && pages.runs[1].first == 20));
  CHECK(pages.is_good(kPages));
  CHECK(pages.is_good(21));
  CHECK_FALSE(pages.is_good(20));

  FirstPages many{};
  unsigned taken = 0;
  while (many.add(taken)) ++taken;
  CHECK(taken == FirstPages::kMostPages);
  many.seal();
  CHECK(many.is_good(kPages));
  FirstPages single{};
  for (taken = 0; single.add(2 * taken);) ++taken;
  CHECK(taken == FirstPages::kMostRuns);
  single.seal();
  CHECK(single.is_good(kPages));
}

TEST_CASE("first pages: what add() never makes is refused") {
  CHECK(list({})->is_good(kPages));
  CHECK(list({{0, 1}, {1, 1}})->is_good(kPages));
  const std::vector<PageRun> bad[] = {{{0, 0}},    {{5, 1}, {4, 1}},  {{5, 2}, {6, 1}}, {{0xffffffff, 2}},
                                      {{4999, 2}}, {{0, 0xffffffff}}, {{0, 1025}},      {{0, 1024}, {1024, 1}},
                                      {{5000, 1}}};
  for (const auto& runs : bad) CHECK_FALSE(list(runs)->is_good(kPages));
  auto unsealed = list({{1, 1}});
  unsealed->runs[0].count = 2;
  CHECK_FALSE(unsealed->is_good(kPages));
  unsealed->count = FirstPages::kMostRuns + 1;
  unsealed->seal();
  CHECK_FALSE(unsealed->is_good(kPages));
}

TEST_CASE("page sums: a file is whole until a byte differs") {
  constexpr std::uint64_t kFew = 40, kHeld = 3;
  const int file = memfd_create("snapshot", 0);
  const std::vector<std::uint8_t> page(kPage, 5);
  const auto offset = memory_offset(kFew * kPage);
  CHECK(offset == kPageSumsAt + kPage);
  REQUIRE(ftruncate(file, static_cast<off_t>(offset + kFew * kPage)) == 0);
  PageSums sums;
  sums.set(kHeld, 1);  // nobody has asked
  CHECK_FALSE(sums.wanted());
  sums.make(kFew);
  sums.set(kHeld, sum_of_page(page.data()));
  const auto at = static_cast<off_t>(offset + kHeld * kPage);
  REQUIRE(pwrite(file, page.data(), kPage, at) == static_cast<ssize_t>(kPage));
  REQUIRE(pwrite(file, sums.all().data(), sums.all().size_bytes(), kPageSumsAt) > 0);
  PageSums read;
  read.make(kFew);
  CHECK(read.read(file));
  CHECK(read.checksum() == sums.checksum());
  CHECK(read.is_whole(file, offset));
  for (const auto place : {at + 9, at - 1, static_cast<off_t>(offset + kFew * kPage - 1)}) {
    std::uint8_t before = 0;
    REQUIRE(pread(file, &before, 1, place) == 1);
    const std::uint8_t after = before ^ 1;
    REQUIRE(pwrite(file, &after, 1, place) == 1);
    CHECK_FALSE(read.is_whole(file, offset));
    REQUIRE(pwrite(file, &before, 1, place) == 1);
  }
  CHECK(read.is_whole(file, offset));
  REQUIRE(ftruncate(file, static_cast<off_t>(offset)) == 0);
  CHECK_FALSE(read.is_whole(file, offset));
  close(file);
}
