// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The tree against a map, and the bitmaps.

#include "wickfs/bits.h"
#include "wickfs/crc32c.h"
#include "wickfs_disk.h"
#include "wickfs_model.h"

using namespace wick::wickfs;

namespace {

/// A tree on a disk of its own, without a volume around it.
struct Alone {
  explicit Alone(std::uint64_t blocks)
      : disk(blocks),
        memory(Volume::kLeastMemory / 8),
        store(disk),
        cache(store, std::as_writable_bytes(std::span(memory))),
        space(store, cache),
        tree(cache, space) {
    space.start_empty(blocks);
    REQUIRE(tree.start_empty(1) == Error::none);
  }
  /// Everything to the disk, as a commit has it, and the next generation.
  void commit() {
    REQUIRE(tree.settle() == Error::none);
    REQUIRE(space.settle() == Error::none);
    REQUIRE(cache.write_out() == Error::none);
    REQUIRE(store.flush() == Error::none);
    space.committed();
    tree.next_generation();
  }

  ForgetfulDisk disk;
  std::vector<std::uint64_t> memory;
  Store store;
  Cache cache;
  Space space;
  Tree tree;
};

using Pair = std::pair<std::uint64_t, std::uint64_t>;
using Values = std::map<Pair, std::vector<std::byte>>;

bool holds(const Item& item, const Values::value_type& expected) {
  return Pair{item.key.object, item.key.place} == expected.first && std::ranges::equal(item.bytes(), expected.second);
}

void compare(Tree& tree, const Values& values) {
  Item item;
  Key key{0, 0};
  for (const auto& expected : values) {
    REQUIRE(tree.first_from(key, item) == Error::none);
    REQUIRE(holds(item, expected));
    key = {item.key.object, item.key.place + 1};
  }
  CHECK(tree.first_from(key, item) == Error::not_found);
}

}  // namespace

TEST_CASE("wickfs: the tree is a sorted map") {
  for (std::uint64_t seed = 0; seed < 3; seed++) {
    std::mt19937_64 random(seed);
    Alone alone(8192);
    Values values;
    const std::size_t most = seed == 0 ? 50 : 2000;
    for (unsigned phase = 0; phase < 4; phase++) {
      for (std::size_t i = 0; i < most; i++) {
        const Pair place{random() % 40, random() % (most / 8)};
        const Key key{place.first, place.second};
        if (random() % 100 < (phase % 2 ? 20u : 75u)) {
          std::vector<std::byte> value(random() % 4 == 0 ? random() % (kMaxValue + 1) : 16);
          for (std::byte& byte : value) byte = static_cast<std::byte>(random());
          REQUIRE(alone.tree.put_bytes(key, value) == Error::none);
          values[place] = value;
        } else {
          CHECK(alone.tree.erase(key) == (values.erase(place) ? Error::none : Error::not_found));
        }
        Item item;
        const Pair sought{random() % 40, random() % (most / 8)};
        const auto behind = values.upper_bound(sought);
        const Error outcome = alone.tree.last_until({sought.first, sought.second}, item);
        REQUIRE(outcome == (behind == values.begin() ? Error::not_found : Error::none));
        if (ok(outcome)) CHECK(holds(item, *std::prev(behind)));
        if (i % 97 == 0 || alone.cache.spare() < 64) alone.commit();
      }
      compare(alone.tree, values);
    }
    while (!values.empty()) {
      const Pair place = values.begin()->first;
      REQUIRE(alone.tree.erase({place.first, place.second}) == Error::none);
      values.erase(values.begin());
      if (alone.cache.spare() < 64) alone.commit();
    }
    compare(alone.tree, values);
    alone.commit();
    CHECK(alone.space.free_blocks() == alone.space.usable() - alone.tree.height());
  }
}

TEST_CASE("wickfs: a block of the last commit is taken by nobody, and what is given back waits for the next") {
  Alone alone(kGroupBlocks * 2 + 100);
  Space& space = alone.space;
  alone.commit();
  const std::uint64_t free = space.free_blocks();
  Blocks one, two;
  REQUIRE(space.take(5000, 100, one) == Error::none);
  CHECK((one.start == 5000 && one.count == 100 && space.free_blocks() == free - 100));
  REQUIRE(space.take(5000, 100, two) == Error::none);
  CHECK(two.start == 5100);
  REQUIRE(space.free(5100, 100) == Error::none);
  CHECK(space.waiting() == 0);
  alone.commit();
  bool fresh, there;
  REQUIRE(space.is_fresh(5000, fresh) == Error::none);
  CHECK(!fresh);
  REQUIRE(space.free(5000, 50) == Error::none);
  CHECK((space.waiting() == 50 && space.free_blocks() == free - 50));
  REQUIRE(space.is_available(5000, there) == Error::none);
  CHECK(!there);
  CHECK(space.free(5000, 1) == Error::corrupt);
  CHECK(space.free(3, 1) == Error::corrupt);
  alone.commit();
  REQUIRE(space.is_available(5000, there) == Error::none);
  CHECK(there);
  // All that there is, none of it twice, across the groups.
  std::vector<bool> taken(space.blocks());
  std::uint64_t sum = 0, expected = space.free_blocks();
  while (ok(space.take(40'000, 3000, one))) {
    for (std::uint64_t i = 0; i < one.count; i++) {
      REQUIRE(!taken[one.start + i]);
      taken[one.start + i] = true;
    }
    sum += one.count;
  }
  CHECK((sum == expected && space.free_blocks() == 0));
  REQUIRE(space.grow(kGroupBlocks * 3) == Error::none);
  CHECK(space.free_blocks() == kGroupBlocks - 100);
  REQUIRE(space.take(0, 1 << 20, one) == Error::none);
  CHECK((one.start == kGroupBlocks * 2 + 100 && one.count == kGroupBlocks - 100));
}

TEST_CASE("wickfs: bits in ranges") {
  std::uint64_t bits[4]{};
  set_bits(bits, 60, 70);
  CHECK((count_bits(bits, 0, 256) == 70 && bits[0] == 0xfull << 60 && bits[1] == ~0ull && bits[2] == 3));
  clear_bits(bits, 64, 64);
  CHECK(count_bits(bits, 0, 256) == 6);
  const std::uint64_t other[4]{1, 0, 0, 0};
  const BothFree both(bits, other);
  CHECK((both.next_free(0, 256) == 1 && both.next_taken(1, 256) == 60 && both.next_free(60, 256) == 64 &&
         both.next_taken(64, 100) == 100 && both.next_taken(130, 256) == 256));
}

TEST_CASE("wickfs: CRC-32C, in pieces as at once") {
  CHECK(crc32c("123456789", 9) == 0xe3069283);
  CHECK(crc32c("6789", 4, crc32c("12345", 5)) == 0xe3069283);
  CHECK(crc32c("", 0, 77) == 77);
}
