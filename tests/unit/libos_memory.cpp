// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest.h>

#include "memory/heap.h"

using wick::memory::Heap;

namespace {
std::uint64_t number(void* pointer) { return reinterpret_cast<std::uint64_t>(pointer); }
}  // namespace

TEST_CASE("The heap grows through its regions") {
  Heap heap;
  CHECK(heap.move_end(1) == nullptr);
  CHECK(heap.add({0x1000, 0x2000}));
  CHECK(heap.add({0x4000, 0x8000}));
  CHECK_FALSE(heap.add({0x3000, 0x3500}));
  CHECK(heap.size() == 0x5000);
  CHECK(number(heap.take(0x10, 64)) == 0x1000);
  CHECK(number(heap.take(0x10, 64)) == 0x1040);
  CHECK(heap.take(0x10000, 64) == nullptr);
  CHECK(number(heap.move_end(0)) == 0x1050);
  CHECK(number(heap.move_end(0x800)) == 0x1050);
  CHECK(heap.passed() == 0);
  CHECK(number(heap.move_end(0x1000)) == 0x4000);  // the rest of the first region is too small
  CHECK(heap.move_end(0x3001) == nullptr);
  CHECK(heap.passed() == 0x4000 - 0x1850);
  CHECK(number(heap.move_end(0x3000)) == 0x5000);
  CHECK(number(heap.move_end(-0x1000)) == 0x8000);
  CHECK(heap.move_end(-0x4000) == nullptr);
  CHECK(number(heap.move_end(0)) == 0x7000);
  CHECK(heap.passed() == 0x4000 - 0x1850);
  CHECK(heap.contains(reinterpret_cast<void*>(0x4000)));
  CHECK_FALSE(heap.contains(reinterpret_cast<void*>(0x2000)));
}

TEST_CASE("Too many regions are refused") {
  Heap heap;
  for (std::uint64_t i = 0; i < Heap::kMaxRegions; i++) CHECK(heap.add({0x1000 * (2 * i + 1), 0x1000 * (2 * i + 2)}));
  CHECK_FALSE(heap.add({1ull << 40, 1ull << 41}));
}

TEST_CASE("What was handed out and came back is unused, in whole pieces") {
  constexpr std::uint64_t kUnit = 0x1000;
  Heap heap;
  CHECK(heap.unused(kUnit, false).end == 0);
  CHECK(heap.add({0x1800, 0x9800}));
  CHECK(heap.add({0x10000, 0x18000}));
  const auto is = [&](bool since_mark, std::uint64_t start, std::uint64_t end) {
    const wick::memory::Region region = heap.unused(kUnit, since_mark);
    return region.start == start && region.end == end;
  };
  CHECK(heap.move_end(0x3000));
  CHECK(is(false, 0, 0));
  CHECK(heap.move_end(-0x2000));
  CHECK(is(false, 0x3000, 0x5000));  // from the first whole piece on, the last one filled up
  CHECK(is(true, 0, 0));             // it was wanted since the mark
  heap.mark();
  CHECK(is(true, 0x3000, 0x5000));
  CHECK(heap.move_end(0x1000));
  CHECK(is(true, 0x4000, 0x5000));
  CHECK(heap.move_end(-0x1000));
  CHECK(is(true, 0x4000, 0x5000));
  CHECK(is(false, 0x3000, 0x5000));
  heap.emptied(0x4000);
  CHECK(is(false, 0x3000, 0x4000));
  CHECK(heap.move_end(0x6fff));  // as far as the region goes, whose last piece isn't whole
  CHECK(heap.move_end(-0x6fff));
  heap.mark();
  CHECK(is(true, 0x3000, 0x9000));
  CHECK(heap.move_end(0x7001));  // on in the next region
  CHECK(is(false, 0, 0));
  CHECK(heap.move_end(-0x4001));
  heap.mark();
  CHECK(is(true, 0x13000, 0x18000));
  heap.emptied(0x13000);
  CHECK(is(true, 0, 0));
}
