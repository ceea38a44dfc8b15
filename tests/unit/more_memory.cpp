// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/more_memory.h"

#include <doctest.h>

#include <vector>

using namespace wick;
using namespace wick::hv;

namespace {

constexpr std::uint64_t kMib = 1 << 20, kGib = 1 << 30;

struct Piece {
  std::uint64_t start, length;
  bool operator==(const Piece&) const = default;
};

std::vector<Piece> above(const std::vector<Piece>& memory, std::uint64_t from, std::uint64_t end = 512 * kGib) {
  Boot boot{};
  for (const auto& piece : memory) boot.add_memory({Gpa{piece.start}, piece.length});
  std::vector<Piece> found;
  for (const auto& range : memory_above(boot, from, end)) found.push_back({raw(range.start), range.length});
  return found;
}

}  // namespace

TEST_CASE("RAM above the first region is the guest's, whatever order the loader lists it in") {
  const Piece low{0, 0x9f000}, first{kMib, 3 * kGib - kMib}, high{4 * kGib, 2 * kGib}, far{64 * kGib, 8 * kGib};
  CHECK(above({low, first}, 3 * kGib).empty());
  CHECK(above({low, first, high, far}, 3 * kGib) == std::vector{high, far});
  CHECK(above({far, high, first, low}, 3 * kGib) == std::vector{high, far});
}

TEST_CASE("Of more RAM only whole pages of 2 MiB below the end count") {
  CHECK(above({{4 * kGib + 4096, 6 * kMib}}, kGib) == std::vector<Piece>{{4 * kGib + 2 * kMib, 4 * kMib}});
  CHECK(above({{4 * kGib + 4096, 2 * kMib}}, kGib).empty());
  CHECK(above({{4 * kGib, 2 * kMib - 1}}, kGib).empty());
  CHECK(above({{511 * kGib, 4 * kGib}}, kGib) == std::vector<Piece>{{511 * kGib, kGib}});
  CHECK(above({{600 * kGib, 4 * kGib}}, kGib).empty());
  CHECK(above({{kGib, kGib}}, 2 * kGib).empty());
  CHECK(above({{kGib, 2 * kGib}}, 2 * kGib + 4096) == std::vector<Piece>{{2 * kGib + 2 * kMib, kGib - 2 * kMib}});
}

TEST_CASE("Of more pieces of RAM than there is room for the largest are kept, in their order") {
  std::vector<Piece> all;
  for (std::uint64_t i = 0; i < 12; ++i) all.push_back({(4 + i) * kGib, (i % 2 ? 100 + i : 2 + i) * kMib * 2});
  std::vector<Piece> largest;
  for (std::uint64_t i = 1; i < 12; i += 2) largest.push_back(all[i]);
  CHECK(above(all, kGib) == largest);
}
