// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The power goes off at any moment, again and again: what sync() promised is there, and nothing in between.

#include <array>
#include <cstdlib>

#include "wickfs_disk.h"
#include "wickfs_model.h"

using namespace wick::wickfs;

namespace {

constexpr std::uint64_t kBlocks = 1536;

std::vector<std::byte> formatted(std::uint64_t blocks) {
  ForgetfulDisk disk(blocks);
  REQUIRE(format(disk, {.identity = {1, 2}, .label = "test"}) == Error::none);
  return disk.content();
}

/// Of the whole run: cuts, those within a sync(), and how often then the state before or behind it was found.
struct Counts {
  unsigned cuts = 0, in_sync = 0, back = 0, forth = 0, broken = 0;
};

/// One life after the other on one disk, each until a cut.
Counts lives(unsigned count, std::uint64_t seed, bool lies) {
  std::mt19937_64 random(seed);
  Counts counts;
  std::vector<std::byte> image = formatted(kBlocks);
  bool in_sync = false;
  FileMap promised, tried;  // what was synced last, and what a sync() under way would have made of it
  for (unsigned life = 0; life < count; life++) {
    ForgetfulDisk disk(std::move(image));
    disk.lies = lies;
    disk.remembers = true;
    {
      Mounted volume(disk);
      bool good = volume->mount(false) == Error::none;
      if (good) {
        const std::optional<FileMap> found = tree_of(volume.volume);
        good = found && (same(*found, promised) || same(*found, tried));
        if (good && in_sync) (same(*found, promised) ? counts.back : counts.forth)++;
        if (good) promised = tried = *found;
        if (!lies) check_clean(volume.volume);
      }
      if (!good) {
        counts.broken++;
        if (!lies) FAIL("life " << life << " of seed " << seed << " found something else than was promised");
        return counts;
      }
      disk.cut_after(random() % 100);
      Load load(volume.volume, promised, random);
      load.most_bytes = random() % 8 == 0 ? 120'000 : 20'000;
      load.most_size = 150'000;
      load.most_names = 14;  // far from full: no operation commits in its middle
      for (Error outcome = Error::none; ok(outcome);) {
        const std::uint64_t commits = volume->statistics().commits;
        outcome = load.step();
        if (ok(outcome) && load.synced_last()) promised = load.model();
        tried = promised;
        REQUIRE((volume->statistics().commits == commits || load.synced_last()));
        if (!ok(outcome) && load.synced_last()) tried = load.model();
        in_sync = !ok(outcome) && load.synced_last();
      }
    }
    counts.cuts++;
    counts.in_sync += in_sync;
    const unsigned keeps = std::array{0u, 50u, 97u, 100u}[random() % 4];
    image = disk.after_cut(random, keeps);
  }
  return counts;
}

/// The whole run takes a while under sanitizers: WICK_POWER_CUTS says how many.
unsigned wanted_cuts() {
  const char* text = std::getenv("WICK_POWER_CUTS");
  return text ? static_cast<unsigned>(std::atoi(text)) : 200;
}

}  // namespace

TEST_CASE("wickfs: after a cut of the power everything synced is there and the rest as if it had never been") {
  const Counts counts = lives(wanted_cuts(), 20261128, false);
  CHECK(counts.cuts == wanted_cuts());
  CHECK(counts.in_sync > counts.cuts / 20);
  CHECK((counts.back > 0 && counts.forth > 0));
  MESSAGE(counts.cuts << " cuts, " << counts.in_sync << " of them within sync(); then " << counts.back
                      << " found the state before it, " << counts.forth << " the one behind it");
}

TEST_CASE("wickfs: the run finds out a disk whose flush does nothing") {
  unsigned broken = 0;
  for (std::uint64_t seed = 0; seed < 8; seed++) broken += lives(20, seed, true).broken;
  CHECK(broken > 4);
}
