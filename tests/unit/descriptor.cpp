// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Descriptors against values worked out by hand from the manual's figures (Intel SDM volume 3, 3-8, 6-8, 7-4).
#include "arch/descriptor.h"

#include <doctest.h>

#include <array>
#include <bit>

using namespace wick::hv;

TEST_CASE("flat segments") {
  CHECK(flat_segment(kCode, kCode64) == 0x00af9b000000ffff);
  CHECK(flat_segment(kData, kFlat) == 0x00cf93000000ffff);
  CHECK(flat_segment(kUserRing | kCode, kCode64) == 0x00affb000000ffff);
  CHECK(flat_segment(kUserRing | kData, kFlat) == 0x00cff3000000ffff);
}

TEST_CASE("a gate's address is in three pieces, its privilege in the type") {
  const auto words =
      std::bit_cast<std::array<std::uint64_t, 2>>(gate(0x1122334455667788, 0x33, 1, kUserRing | kTrapGate));
  CHECK(words[0] == 0x5566ef0100337788);
  CHECK(words[1] == 0x11223344);
  CHECK(std::bit_cast<std::array<std::uint64_t, 2>>(gate(0x7788, 8, 0, kInterruptGate))[0] == 0x00008e0000087788);
}

TEST_CASE("a task's segment takes two entries") {
  const auto segment = task_segment(0x1122334455667788, 104, kTaskAvailable);
  CHECK(segment.low == 0x5500896677880067);
  CHECK(segment.high == 0x11223344);
}
