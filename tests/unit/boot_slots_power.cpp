// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Cuts of the power while a slot is written, while its starts are counted and while it is marked as good: each write
// and flush is recorded, and for each moment disks are made that hold any part of what was written since the last
// flush, torn sectors among it. The stages' own code has to find a slot that is whole on each of them.

#include <doctest.h>

#include <algorithm>
#include <map>
#include <random>

#include "boot_slots.h"

using namespace wick::boot_disk;

namespace {

using Sector = std::vector<std::uint8_t>;

/// All that was written, sector by sector; an empty one is a flush.
struct Recorder final : Medium {
  struct Event {
    std::uint64_t sector;
    Sector bytes;
  };
  std::vector<Event> events;

  bool write(std::uint64_t at, const void* from, std::size_t bytes) override {
    Medium::write(at, from, bytes);
    for (std::uint64_t sector = at / kSectorBytes; sector * kSectorBytes < at + bytes; ++sector) {
      const auto start = disk.begin() + static_cast<std::ptrdiff_t>(sector * kSectorBytes);
      events.push_back({sector, {start, start + kSectorBytes}});
    }
    return true;
  }
  bool flush() override {
    events.push_back({});
    return true;
  }
};

/// What a disk may hold that lost its power behind `cut` events: all before the last flush, of each later sector any of
/// its versions, and of the last one written perhaps a part.
template <typename Random>
std::vector<std::uint8_t> after_cut(const std::vector<std::uint8_t>& base, const std::vector<Recorder::Event>& events,
                                    std::size_t cut, Random& random) {
  std::vector<std::uint8_t> image = base;
  std::map<std::uint64_t, std::vector<Sector>> unflushed;
  const auto put = [&](std::uint64_t sector, const Sector& bytes) {
    std::copy(bytes.begin(), bytes.end(), image.begin() + static_cast<std::ptrdiff_t>(sector * kSectorBytes));
  };
  const auto now = [&](std::uint64_t sector) {
    const auto start = image.begin() + static_cast<std::ptrdiff_t>(sector * kSectorBytes);
    return Sector(start, start + kSectorBytes);
  };
  for (std::size_t i = 0; i < cut; ++i) {
    const auto& [sector, bytes] = events[i];
    if (bytes.empty()) {
      for (const auto& [at, versions] : unflushed) put(at, versions.back());
      unflushed.clear();
      continue;
    }
    auto& versions = unflushed[sector];
    if (versions.empty()) versions.push_back(now(sector));
    versions.push_back(bytes);
  }
  const bool torn = random() % 2;
  for (const auto& [at, versions] : unflushed) {
    Sector chosen = versions[random() % versions.size()];
    if (torn && random() % 4 == 0) {
      const Sector& other = versions[random() % versions.size()];
      const std::size_t kept = random() % kSectorBytes;
      std::copy(other.begin() + static_cast<std::ptrdiff_t>(kept), other.end(),
                chosen.begin() + static_cast<std::ptrdiff_t>(kept));
    }
    put(at, chosen);
  }
  return image;
}

/// At each moment, by many disks: starts come to one of `fine`. @return disks looked at
unsigned survives(const std::vector<std::uint8_t>& base, const std::vector<Recorder::Event>& events,
                  std::initializer_list<std::string_view> fine, unsigned disks_each) {
  const std::vector<std::uint8_t> kept = disk;
  std::mt19937 random(11);
  unsigned looked = 0;
  for (std::size_t cut = 0; cut <= events.size(); ++cut) {
    for (unsigned i = 0; i < disks_each; ++i, ++looked) {
      disk = after_cut(base, events, cut, random);
      // As many starts as use up all trials: each finds a slot.
      for (unsigned starts = 0; starts <= kTrials; ++starts) {
        const std::string line = start();
        REQUIRE_MESSAGE(std::ranges::find(fine, line) != fine.end(), cut << ": " << said);
      }
    }
  }
  disk = kept;
  return looked;
}

}  // namespace

TEST_CASE(
    "slots power: an update leaves a slot that starts at every moment, whichever of its writes are lost or torn") {
  unsigned looked = 0;
  for (const std::size_t piece : {512u, 1000u, 4096u, 100000u}) {
    make_slots("old", "older", first_record(0, 0));
    const auto base = disk;
    Recorder recorder;
    CHECK(update(recorder, image("new"), kSlots, nullptr, piece).empty());
    looked += survives(base, recorder.events, {"old", "new"}, 40);
    CHECK(start() == "new");
  }
  CHECK(looked > 2000);
}

TEST_CASE("slots power: with the new one in its place the other one isn't touched by the next update before its turn") {
  make_slots("old", "new", first_record(1, 0));
  const auto base = disk;
  Recorder recorder;
  CHECK(update(recorder, image("newest")).empty());
  CHECK(recorder.events.size() > 10);
  (void)survives(base, recorder.events, {"new", "newest"}, 40);
}

TEST_CASE("slots power: an update that is cut off can be done again, and then starts") {
  make_slots("old", nullptr, first_record(0, 0));
  const auto base = disk;
  Recorder recorder;
  CHECK(update(recorder, image("new")).empty());
  std::mt19937 random(12);
  for (std::size_t cut = 0; cut <= recorder.events.size(); ++cut) {
    disk = after_cut(base, recorder.events, cut, random);
    Medium medium;
    REQUIRE(update(medium, image("second")).empty());
    CHECK(start() == "second");
  }
}

TEST_CASE("slots power: counts of starts and the mark of a good one may be lost or torn") {
  for (unsigned trials = 1; trials <= kTrials; ++trials) {
    SlotRecord record = first_record(0, 0);
    offer(record, 1, 3);
    record.slots[1].trials = static_cast<std::uint8_t>(trials);
    (void)seal(record);
    make_slots("old", "new", record);
    const auto base = disk;
    // By the library OS.
    Recorder recorder;
    SlotRecord copies[kCopies], changed = record_of(recorder);
    CHECK(read_record(recorder, copies));
    CHECK(mark_good(changed, 1));
    CHECK(write_record(recorder, copies, changed));
    (void)survives(base, recorder.events, {"old", "new"}, 500);
    // By a stage, whose write of one sector is what differs.
    disk = base;
    CHECK(start() == "new");
    std::vector<Recorder::Event> events;
    for (std::uint64_t sector = 0; sector < kSectors; ++sector) {
      const auto at = static_cast<std::ptrdiff_t>(sector * kSectorBytes);
      if (!std::equal(disk.begin() + at, disk.begin() + at + kSectorBytes, base.begin() + at))
        events.push_back({sector, {disk.begin() + at, disk.begin() + at + kSectorBytes}});
    }
    CHECK(events.size() == 1);
    (void)survives(base, events, {"old", "new"}, 500);
  }
}
