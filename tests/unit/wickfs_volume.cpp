// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A whole volume: against a model, when it is full, and what files and names may do.

#include "wickfs_disk.h"
#include "wickfs_model.h"

using namespace wick::wickfs;

namespace {

void start(ForgetfulDisk& disk, std::string_view label = "data") {
  REQUIRE(format(disk, {.identity = {7, 9}, .label = label}) == Error::none);
}

}  // namespace

TEST_CASE("wickfs: random operations do as a model does, across mounts") {
  for (std::uint64_t seed = 1; seed <= 4; seed++) {
    std::mt19937_64 random(seed);
    ForgetfulDisk disk(seed % 2 ? 8192 : 330);  // the second is full now and then
    start(disk);
    FileMap model;
    unsigned full = 0;
    for (unsigned mount = 0; mount < 6; mount++) {
      Mounted volume(disk);
      REQUIRE(volume->mount(false) == Error::none);
      Load load(volume.volume, model, random);
      for (unsigned i = 0; i < 200; i++) {
        const Error outcome = load.step();
        CHECK((outcome == Error::none || outcome == Error::no_space));
        full += outcome == Error::no_space;
      }
      model = load.model();
      const auto found = tree_of(volume.volume);
      REQUIRE(found);
      CHECK(same(*found, model));
      check_clean(volume.volume);
      REQUIRE(volume->unmount() == Error::none);
    }
    CHECK((full > 0) == (seed % 2 == 0));
  }
}

TEST_CASE("wickfs: a full volume loses nothing, and what is removed makes room") {
  ForgetfulDisk disk(600);
  start(disk);
  Mounted volume(disk);
  REQUIRE(volume->mount(false) == Error::none);
  const std::string text(50'000, 'x');
  Inode inode;
  std::size_t put = 1;
  unsigned files = 0;
  Error outcome = Error::none;
  while (ok(outcome)) {
    outcome = volume->create(kRoot, "f" + std::to_string(files), kModeFile | 0600, inode);
    if (ok(outcome)) outcome = volume->write(inode, 0, text.data(), text.size(), put);
    if (ok(outcome) && put < text.size()) outcome = Error::no_space;
    files += ok(outcome);
  }
  CHECK((outcome == Error::no_space && files > 25));
  CHECK(volume->sync() == Error::none);
  check_clean(volume.volume);
  for (unsigned i = 0; i < files; i++) {
    REQUIRE(volume->lookup(kRoot, "f" + std::to_string(i), inode) == Error::none);
    CHECK(content(volume.volume, inode) == text);
    if (i == 0) CHECK(volume->truncate(inode, 12'345) == Error::none);
    if (i > 0) CHECK(volume->remove(kRoot, "f" + std::to_string(i), false) == Error::none);
  }
  made(volume.volume, "again", text);
  check_clean(volume.volume);
}

TEST_CASE("wickfs: holes are zero, cut tails too, and a large file goes in steps") {
  ForgetfulDisk disk(8192);
  start(disk);
  Mounted volume(disk);
  REQUIRE(volume->mount(false) == Error::none);
  const Inode inode = made(volume.volume, "sparse");
  std::size_t put;
  for (std::uint64_t i = 0; i < 500; i++) REQUIRE(volume->write(inode, i * 16384 + 5, "abcd", 4, put) == Error::none);
  std::string text = content(volume.volume, inode);
  CHECK((text.size() == 499 * 16384 + 9 && text.substr(16384, 10) == std::string("\0\0\0\0\0abcd\0", 10)));
  Status status;
  REQUIRE(volume->stat(inode, status) == Error::none);
  CHECK(status.blocks == 500);
  REQUIRE(volume->truncate(inode, 7) == Error::none);
  REQUIRE(volume->truncate(inode, 100) == Error::none);
  CHECK(content(volume.volume, inode) == std::string("\0\0\0\0\0ab", 7) + std::string(93, '\0'));
  REQUIRE(volume->stat(inode, status) == Error::none);
  CHECK(status.blocks == 1);
  check_clean(volume.volume);
  CHECK(volume->write(inode, kMaxFileBytes, "x", 1, put) == Error::file_too_large);
}

TEST_CASE("wickfs: what is open and without a name stays until it is closed, or the next mount") {
  ForgetfulDisk disk(2048);
  start(disk);
  Inode inode;
  {
    Mounted volume(disk);
    REQUIRE(volume->mount(false) == Error::none);
    inode = made(volume.volume, "gone", std::string(100'000, 'g'));
    made(volume.volume, "other", "other");
    REQUIRE(volume->remove(kRoot, "gone", true) == Error::none);
    CHECK(content(volume.volume, inode) == std::string(100'000, 'g'));
    CHECK(Checker(volume.volume).run().orphans == 1);
    const Inode replaced = made(volume.volume, "new", "new");
    REQUIRE(volume->rename(kRoot, "other", kRoot, "new", true) == Error::none);
    CHECK(content(volume.volume, replaced) == "new");
    REQUIRE(volume->reclaim(replaced) == Error::none);
    REQUIRE(volume->sync() == Error::none);
    check_clean(volume.volume);
  }
  Mounted volume(disk);
  REQUIRE(volume->mount(false) == Error::none);
  Status status;
  CHECK(volume->stat(inode, status) == Error::not_found);
  CHECK(Checker(volume.volume).run().orphans == 0);
  check_clean(volume.volume);
}

TEST_CASE("wickfs: a folder goes nowhere below itself, and names have their rules") {
  ForgetfulDisk disk(2048);
  start(disk);
  Mounted volume(disk);
  REQUIRE(volume->mount(false) == Error::none);
  Inode a, b, c;
  REQUIRE(volume->create(kRoot, "a", kModeDirectory | 0755, a) == Error::none);
  REQUIRE(volume->create(a, "b", kModeDirectory | 0755, b) == Error::none);
  CHECK(volume->rename(kRoot, "a", b, "c", false) == Error::invalid);
  CHECK(volume->rename(kRoot, "a", a, "c", false) == Error::invalid);
  CHECK(volume->remove(kRoot, "a", false) == Error::not_empty);
  CHECK(volume->rename(a, "b", kRoot, "b", false) == Error::none);
  CHECK(volume->rename(kRoot, "a", b, "a", false) == Error::none);
  CHECK((volume->find("/b/a", c) == Error::none && c == a));
  const std::string longest(kNameBytes, 'n');
  CHECK(volume->create(b, longest, kModeFile, c) == Error::none);
  CHECK(volume->create(b, longest + "n", kModeFile, c) == Error::name_too_long);
  CHECK(volume->create(b, longest, kModeFile, c) == Error::exists);
  CHECK(volume->create(b, "..", kModeFile, c) == Error::invalid);
  CHECK(volume->create(b, "x/y", kModeFile, c) == Error::invalid);
  CHECK(volume->create(c, "y", kModeFile, c) == Error::not_directory);
  CHECK(volume->find("/b/nothing", c) == Error::not_found);
  check_clean(volume.volume);
}

TEST_CASE("wickfs: ten thousand names in a folder, removed while they are read") {
  ForgetfulDisk disk(16384);
  start(disk);
  Mounted volume(disk);
  REQUIRE(volume->mount(false) == Error::none);
  Inode inode;
  constexpr unsigned kFiles = 10'000;
  for (unsigned i = 0; i < kFiles; i++)
    REQUIRE(volume->create(kRoot, "file" + std::to_string(i), kModeFile | 0644, inode) == Error::none);
  check_clean(volume.volume);
  Entry entry;
  unsigned seen = 0;
  for (std::uint64_t position = 0; ok(volume->next_entry(kRoot, position, entry)); seen++) {
    REQUIRE(position < std::uint64_t{1} << 48);
    REQUIRE(volume->remove(kRoot, entry.name(), false) == Error::none);
  }
  CHECK(seen == kFiles);
  check_clean(volume.volume);
  CHECK(volume->statistics().free > 16000);
}

TEST_CASE("wickfs: sync() costs one flush, and none when nothing was done") {
  ForgetfulDisk disk(2048);
  start(disk);
  Mounted volume(disk);
  REQUIRE(volume->mount(false) == Error::none);
  const Inode inode = made(volume.volume, "file", "one");
  std::size_t put;
  const std::uint64_t before = disk.flushes;
  for (unsigned i = 0; i < 10; i++) {
    REQUIRE(volume->write(inode, i * 4096, std::string(4096, 'x').data(), 4096, put) == Error::none);
    CHECK(volume->dirty());
    REQUIRE(volume->sync() == Error::none);
    REQUIRE(volume->sync() == Error::none);
  }
  CHECK(disk.flushes == before + 10);
}

TEST_CASE("wickfs: a mount reads few blocks, whatever the volume holds") {
  ForgetfulDisk disk(kGroupBlocks * 2);
  start(disk);
  {
    Mounted volume(disk);
    REQUIRE(volume->mount(false) == Error::none);
    const std::string text(1 << 20, 't');
    for (unsigned i = 0; i < 150; i++) made(volume.volume, "f" + std::to_string(i), text);
    REQUIRE(volume->sync() == Error::none);
  }
  disk.reads = 0;
  Mounted volume(disk);
  REQUIRE(volume->mount(false) == Error::none);
  CHECK(disk.reads < kRingBlocks + kMaxListed + 10);
}
