// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What the boot stages make of a disk, on one that is played in memory: whole ones are taken, and every field that
// lies, with checksums that are right, is refused before anything is copied. The memory map in whatever order firmware
// gives it.

#include <doctest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "boot_disk.h"

using namespace wick::boot_disk;

namespace {

bool starts(const std::function<void(Slot&)>& change = {}) {
  disk.clear();
  said.clear();
  Slot slot;
  if (change) change(slot);
  slot.write();
  Payload payload;
  return find_payload(payload);
}

}  // namespace

TEST_CASE("boot: a slot is found by either table, and the first whole one is taken") {
  CHECK(starts());
  CHECK(said.empty());
  disk.clear();
  Slot slot;
  slot.write(kSectors - 1);
  Payload payload;
  REQUIRE(find_payload(payload));
  CHECK(std::string(payload.header->arguments) == "a=b");
  CHECK(payload.module_bytes() == 0);
  CHECK(std::memcmp(payload.file, &slot.elf, sizeof slot.elf) == 0);

  // One that isn't whole stands before it: a slot without room for its header.
  Slot damaged = slot;
  damaged.entry.last = damaged.entry.first;
  disk.clear();
  damaged.write(1, 0);
  slot.write(1, 2);
  CHECK(find_payload(payload));
  CHECK(said == "wick: slot A can't be started: the disk can't be read.\r\n");
}

TEST_CASE("boot: every field that lies is refused, its checksum being right") {
  const struct {
    const char* words;
    std::function<void(Slot&)> change;
  } cases[] = {
      {"version", [](Slot& s) { s.header.version = 2; }},
      {"makes no sense", [](Slot& s) { s.header.payload_bytes = kSlotSectors * kSectorBytes; }},
      {"makes no sense", [](Slot& s) { s.header.payload_bytes = ~0ull; }},
      {"makes no sense", [](Slot& s) { s.header.module_at = kImageBytes + 1; }},
      {"makes no sense", [](Slot& s) { s.header.memory_end = (1 << 30) + 1; }},
      {"makes no sense", [](Slot& s) { s.header.memory_end = 0x8000; }},
      {"makes no sense", [](Slot& s) { std::memset(s.header.arguments, 'a', sizeof s.header.arguments); }},
      {"no image", [](Slot& s) { s.header.module_at = 0; }},
      {"no image", [](Slot& s) { s.elf.identity[4] = 1; }},
      {"no image", [](Slot& s) { s.elf.machine = 183; }},
      {"no image", [](Slot& s) { s.elf.segment_bytes = 32; }},
      {"no image", [](Slot& s) { s.elf.segments = 0xffff; }},
      {"no image", [](Slot& s) { s.elf.segments_at = ~0ull; }},
      {"outside of it", [](Slot& s) { s.segment.at = 1; }},
      {"outside of it", [](Slot& s) { s.segment.at = ~0ull; }},
      {"outside of it", [](Slot& s) { s.segment.file_bytes = s.segment.memory_bytes + 1; }},
      {"outside of it", [](Slot& s) { s.segment.physical = 0x7c00; }},
      {"outside of it", [](Slot& s) { s.segment.physical = ~0ull - 4095; }},
      {"outside of it", [](Slot& s) { s.segment.memory_bytes = 0x10001; }},
      {"nothing of it lies", [](Slot& s) { s.elf.entry = 0xfffff; }},
      {"nothing of it lies", [](Slot& s) { s.elf.entry = 0x100000 + kImageBytes; }},
      {"nothing of it lies", [](Slot& s) { s.segment.type = 4; }},
      {"can't be read", [](Slot& s) { s.entry.first = kSectors, s.entry.last = kSectors + 20; }},
      {"can't be read", [](Slot& s) { s.entry.first = 0, s.entry.last = ~0ull; }},
      {"nothing on this disk", [](Slot& s) { s.entry.last = 0; }},
      {"nothing on this disk", [](Slot& s) { s.header.magic = 0; }},
  };
  for (const auto& one : cases) {
    CAPTURE(one.words);
    CHECK_FALSE(starts(one.change));
    CHECK(said.find(one.words) != std::string::npos);
    CHECK(said.ends_with("wick: nothing on this disk can be started.\r\n"));
  }
}

TEST_CASE(
    "boot: a partition that is said to have almost all sectors of the world doesn't make a payload of all memory") {
  CHECK_FALSE(starts([](Slot& s) {
    s.entry.last = ~0ull >> 1;
    s.header.payload_bytes = ~0ull - 100;
    s.header.module_at = ~0ull - 200;
  }));
  CHECK(said.find("makes no sense") != std::string::npos);
}

TEST_CASE("boot: a map of memory is ascending and has no neighbours of one type, in whatever order it came") {
  struct [[gnu::packed]] Region {
    std::uint64_t start, length;
    std::uint32_t type;
  };
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    // Pages of 4 KiB, each of a type or of none, told in pieces of which none overlap.
    std::vector<std::uint32_t> pages(60);
    for (auto& page : pages) page = random() % 4;
    std::vector<Region> pieces;
    for (std::size_t at = 0; at < pages.size();) {
      std::size_t end = at + 1;
      while (end < pages.size() && pages[end] == pages[at] && random() % 2) ++end;
      if (pages[at]) pieces.push_back({at * 4096, (end - at) * 4096, pages[at]});
      at = end;
    }
    std::shuffle(pieces.begin(), pieces.end(), random);
    Parameters parameters;
    parameters.begin(0x1234);
    for (const Region& piece : pieces) REQUIRE(parameters.add_region(piece.start, piece.length, piece.type));
    std::vector<std::uint32_t> told(pages.size());
    std::uint64_t end = 0;
    std::uint32_t type = 0;
    for (unsigned i = 0; i < parameters.bytes[0x1e8]; ++i) {
      Region region;
      std::memcpy(&region, parameters.bytes + 0x2d0 + i * sizeof region, sizeof region);
      CHECK((i == 0 || region.start > end || (region.start == end && region.type != type)));
      for (std::uint64_t at = region.start; at < region.start + region.length; at += 4096)
        told[at / 4096] = region.type;
      end = region.start + region.length;
      type = region.type;
    }
    CHECK(told == pages);
  }
  Parameters full;
  full.begin(0);
  for (unsigned i = 0; i < 128; ++i) CHECK(full.add_region(i * 8192ull, 4096, 1));
  CHECK_FALSE(full.add_region(1 << 30, 4096, 1));
}
