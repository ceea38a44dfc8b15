// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What may be found on a disk: nothing, something else, a damage, a smaller volume.

#include "wickfs_disk.h"
#include "wickfs_model.h"

using namespace wick::wickfs;

namespace {

void start(ForgetfulDisk& disk, std::string_view label = "data") {
  REQUIRE(format(disk, {.identity = {7, 9}, .label = label}) == Error::none);
}

}  // namespace

TEST_CASE("wickfs: an empty, a foreign, a newer and a damaged disk are told apart and left alone") {
  ForgetfulDisk disk(2048);
  CHECK(Volume::probe(disk) == Error::empty);
  Mounted none(disk);
  CHECK(none->mount(false) == Error::foreign);
  disk.content()[16 * kBlockBytes] = std::byte{1};
  CHECK(Volume::probe(disk) == Error::foreign);
  start(disk);
  CHECK(Volume::probe(disk) == Error::none);
  const std::vector<std::byte> good = disk.content();

  auto change = [&](std::size_t at) { disk.content()[at] ^= std::byte{0xff}; };
  change(100);  // of no structure
  CHECK(Mounted(disk)->mount(false) == Error::none);
  change(40);  // the superblock: there is its copy
  CHECK(Mounted(disk)->mount(false) == Error::none);
  change(kSuperblockCopy * kBlockBytes + 40);
  Mounted both(disk);
  CHECK((both->mount(false) == Error::corrupt && both->damage().what));

  disk.content() = good;
  change(8);  // the version
  CHECK(Volume::probe(disk) == Error::newer);
  CHECK(Mounted(disk)->mount(true) == Error::newer);
  disk.content() = good;
  change(kHeadBlocks * kBlockBytes + 4 * kBlockBytes + 50);  // the root
  CHECK(Mounted(disk)->mount(false) == Error::corrupt);
  disk.content() = good;
  disk.content()[510] = std::byte{0x55};
  std::memset(disk.content().data(), 'f', 512);
  CHECK(Volume::probe(disk) == Error::foreign);
  ForgetfulDisk small(100);
  CHECK(format(small, {.identity = {1, 1}, .label = ""}) == Error::too_small);
  disk.content() = good;
  disk.set_read_only();
  CHECK(Mounted(disk)->mount(false) == Error::read_only);
  CHECK(Mounted(disk)->mount(true) == Error::none);
}

TEST_CASE("wickfs: a damaged node is found by who needs it, and by the check with its place") {
  ForgetfulDisk disk(4096);
  start(disk);
  {
    Mounted volume(disk);
    REQUIRE(volume->mount(false) == Error::none);
    for (unsigned i = 0; i < 500; i++) made(volume.volume, "f" + std::to_string(i));
    REQUIRE(volume->unmount() == Error::none);
  }
  unsigned found = 0;
  const std::vector<std::byte> good = disk.content();
  for (std::uint64_t block = kHeadBlocks; block < 4096; block++) {
    std::uint32_t magic;
    std::memcpy(&magic, &good[block * kBlockBytes], sizeof magic);
    if (magic != kNodeMagic) continue;
    disk.content() = good;
    disk.content()[block * kBlockBytes + 3000] ^= std::byte{1};
    Mounted volume(disk);
    if (volume->mount(true) == Error::corrupt) continue;
    const CheckResult result = Checker(volume.volume).run();
    const bool here =
        std::ranges::any_of(result.findings, [&](const Finding& finding) { return finding.block == block; });
    const bool read = tree_of(volume.volume).has_value();
    CHECK(here == !read);  // stale nodes of earlier commits are nobody's
    found += here;
  }
  CHECK(found > 5);
}

TEST_CASE("wickfs: without a table of groups a volume can be read and not be written") {
  ForgetfulDisk disk(2048);
  start(disk);
  {
    Mounted volume(disk);
    REQUIRE(volume->mount(false) == Error::none);
    made(volume.volume, "kept", "content");
    REQUIRE(volume->unmount() == Error::none);
  }
  for (const std::uint64_t table : {kHeadBlocks + 1, kHeadBlocks + 2})
    disk.content()[table * kBlockBytes + 9] ^= std::byte{1};
  const std::vector<std::byte> before = disk.content();
  Mounted refused(disk);
  CHECK(refused->mount(false) == Error::corrupt);
  CHECK((refused->damage().block == kHeadBlocks + 1 || refused->damage().block == kHeadBlocks + 2));
  Mounted volume(disk);
  REQUIRE(volume->mount(true) == Error::none);
  Inode inode;
  REQUIRE(volume->find("/kept", inode) == Error::none);
  CHECK(content(volume.volume, inode) == "content");
  CHECK(volume->create(kRoot, "new", 0100644, inode) == Error::read_only);
  CHECK(volume->sync() == Error::none);
  CHECK(disk.content() == before);
}

TEST_CASE("wickfs: who stops writing at a damage has committed what was done before it, and nothing after it") {
  ForgetfulDisk disk(4096);
  start(disk);
  Mounted volume(disk);
  REQUIRE(volume->mount(false) == Error::none);
  made(volume.volume, "before", "content");
  CHECK(volume->damage().what == nullptr);
  REQUIRE(volume->stop_writing() == Error::none);
  Inode inode;
  CHECK(volume->create(kRoot, "after", 0100644, inode) == Error::read_only);
  CHECK((volume->read_only() && !volume->dirty() && volume->sync() == Error::none));
  Mounted next(disk);
  REQUIRE(next->mount(false) == Error::none);
  CHECK(next->find("/before", inode) == Error::none);
  CHECK(next->find("/after", inode) == Error::not_found);

  // The bitmap is what a change meets first: it is lost, which sync() says from then on.
  REQUIRE(next->unmount() == Error::none);
  for (const std::uint64_t bitmap : {kHeadBlocks, kHeadBlocks + 3})
    disk.content()[bitmap * kBlockBytes + 9] ^= std::byte{1};
  const std::vector<std::byte> damaged = disk.content();
  Mounted last(disk);
  REQUIRE(last->mount(false) == Error::none);
  CHECK(last->create(kRoot, "lost", 0100644, inode) == Error::corrupt);
  CHECK((last->damage().what && (last->damage().block == kHeadBlocks || last->damage().block == kHeadBlocks + 3)));
  CHECK(last->stop_writing() == Error::corrupt);
  CHECK(last->create(kRoot, "more", 0100644, inode) == Error::read_only);
  CHECK(last->sync() == Error::corrupt);
  CHECK(last->find("/before", inode) == Error::none);
  REQUIRE(last->unmount() == Error::none);
  CHECK(disk.content() == damaged);
}

TEST_CASE("wickfs: a volume takes in what its disk has grown by") {
  ForgetfulDisk disk(1000);
  start(disk, "grown");
  {
    Mounted volume(disk);
    REQUIRE(volume->mount(false) == Error::none);
    made(volume.volume, "before", "before");
    disk.grow(kGroupBlocks * 2 + 500);
    const std::uint64_t free = volume->statistics().free;
    REQUIRE(volume->grow() == Error::none);
    CHECK(volume->statistics().free > free + kGroupBlocks * 2 - 600);
  }
  Mounted volume(disk);
  REQUIRE(volume->mount(false) == Error::none);
  CHECK(volume->label() == "grown");
  const std::string text(100 << 20, 'L');
  const Inode inode = made(volume.volume, "large", text);
  CHECK(content(volume.volume, inode) == text);
  check_clean(volume.volume);
  REQUIRE(volume->unmount() == Error::none);
  disk.grow(kGroupBlocks);  // or less
  CHECK(Mounted(disk)->mount(false) == Error::too_small);
}
