// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The DMA pool gives each byte once, aligned, cleared where asked for, and no size makes it reach beyond its end.

#include <doctest.h>

#include "class/access.h"

using namespace wick;
using drivers::DmaPool;

TEST_CASE("DMA pool: aligned, cleared, until it is used up") {
  alignas(64) std::uint8_t memory[256];
  __builtin_memset(memory, 0xa5, sizeof memory);
  DmaPool pool(drivers::device_address(memory + 1), sizeof memory - 1);
  auto* first = static_cast<std::uint8_t*>(pool.take(10, 64));
  REQUIRE(first == memory + 64);
  CHECK(first[0] == 0);
  CHECK(first[9] == 0);
  CHECK(first[10] == 0xa5);
  auto* second = static_cast<std::uint8_t*>(pool.take_uncleared(16, 16));
  CHECK(second == memory + 80);
  CHECK(second[0] == 0xa5);
  CHECK(pool.left() == 160);
  CHECK(pool.take(161, 1) == nullptr);
  CHECK(pool.take(160, 1) == memory + 96);
  CHECK(pool.take(1, 1) == nullptr);
  CHECK(pool.take_uncleared(0, 1) == memory + 256);
}

TEST_CASE("DMA pool: sizes that overflow") {
  alignas(64) std::uint8_t memory[64];
  DmaPool pool(drivers::device_address(memory), sizeof memory);
  CHECK(pool.take_uncleared(~0ull, 1) == nullptr);
  CHECK(pool.take_uncleared(~0ull - 32, 64) == nullptr);
  CHECK(pool.take_uncleared(1, 1ull << 63) == nullptr);
  CHECK(pool.left() == 64);
  DmaPool nothing;
  CHECK(nothing.take(1, 8) == nullptr);
}
