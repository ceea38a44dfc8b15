// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Two slots of a disk: which one is started, how often one that is on trial, what is done to their record, and what is
// refused before a byte of it is written.

#include "boot_slots.h"

#include <doctest.h>
#include <sodium/crypto_sign_ed25519.h>

#include <algorithm>
#include <functional>

using namespace wick::boot_disk;

namespace {

SlotRecord changed(SlotRecord record, const std::function<void(SlotRecord&)>& change) {
  change(record);
  (void)seal(record);
  return record;
}

const SlotRecord* of_two(const SlotRecord& a, const SlotRecord& b) {
  static SlotRecord copies[kCopies];
  copies[0] = a;
  copies[1] = b;
  return newest(copies);
}

void write_newest(const SlotRecord& record) {
  Medium medium;
  const SlotRecord none{};
  CHECK(medium.write_copy(0, &record));
  CHECK(medium.write_copy(1, &none));
}

}  // namespace

TEST_CASE("slots: of two copies the newer whole one counts, and each byte of it does") {
  const SlotRecord old = first_record(0, 1), young = changed(old, [](SlotRecord& r) { offer(r, 1, 2); });
  CHECK(of_two(old, young)->sequence == young.sequence);
  CHECK(of_two(young, old)->sequence == young.sequence);
  CHECK(of_two({}, {}) == nullptr);
  for (std::size_t i = 0; i < sizeof young; ++i) {
    SlotRecord torn = young;
    reinterpret_cast<std::uint8_t*>(&torn)[i] ^= 1;
    CHECK(of_two(torn, old)->sequence == old.sequence);
    CHECK(of_two(torn, {}) == nullptr);
  }
  const auto no_sense = [&](const std::function<void(SlotRecord&)>& change) {
    const SlotRecord record = changed(young, change);
    return of_two(record, old)->sequence == old.sequence;
  };
  CHECK(no_sense([](SlotRecord& r) { r.slots[1].trials = kTrials + 1; }));
  CHECK(no_sense([](SlotRecord& r) { r.slots[0].good = 2; }));
  CHECK(no_sense([](SlotRecord& r) { r.version = 2; }));
  CHECK(no_sense([](SlotRecord& r) { r.sequence = ~0ull - 1; }));
  SlotRecord last = changed(old, [](SlotRecord& r) { r.sequence = ~0ull - 2; });
  CHECK(of_two(last, old)->sequence == ~0ull - 1);
  CHECK_FALSE(seal(last));
}

TEST_CASE("slots: one on trial is started three times, and then the other one, unless it was found good") {
  make_slots("old", nullptr, first_record(0, 0));
  Medium medium;
  CHECK(start() == "old");
  CHECK(update(medium, image("new")).empty());
  for (unsigned i = 0; i < kTrials; ++i) CHECK(start() == "new");
  CHECK(start() == "old");
  CHECK(said == "wick: slot B was started three times and never found good.\r\n");
  CHECK(update(medium, image("newer")).empty());
  CHECK(start() == "newer");
  SlotRecord record = record_of(medium);
  CHECK(record.slots[1].trials == kTrials - 1);
  CHECK(mark_good(record, 1));
  CHECK_FALSE(mark_good(record, 1));
  SlotRecord copies[kCopies];
  CHECK(read_record(medium, copies));
  CHECK(write_record(medium, copies, record));
  const auto before = disk;
  for (unsigned i = 0; i < 10; ++i) CHECK(start() == "newer");
  CHECK(disk == before);
  CHECK(said.empty());
  // The next one goes into the first slot.
  CHECK(update(medium, image("newest")).empty());
  CHECK(start() == "newest");
}

TEST_CASE("slots: what isn't whole is said, and the other one starts") {
  make_slots("old", "new", changed(first_record(0, 0), [](SlotRecord& r) { offer(r, 1, 0); }));
  disk[(kSecondAt + 9) * kSectorBytes] ^= 1;
  CHECK(start() == "old");
  CHECK(said == "wick: slot B can't be started: its payload does not have its checksum.\r\n");
  disk[kSecondAt * kSectorBytes + 700] ^= 1;
  CHECK(start() == "old");
  CHECK(said == "wick: slot B can't be started: its header does not have its checksum.\r\n");
  disk[kSlotAt * kSectorBytes + 700] ^= 1;
  CHECK(start().empty());
  CHECK(said.ends_with("wick: nothing on this disk can be started.\r\n"));
}

TEST_CASE("slots: a good one that can't be started any more is the one that is written over") {
  for (const unsigned damaged : {0u, 1u}) {
    CAPTURE(damaged);
    const unsigned runs = !damaged;
    const auto both_good = [&](SlotRecord& record) {
      offer(record, damaged, 0);
      (void)mark_good(record, damaged);
    };
    make_slots("first", "second", changed(first_record(runs, 0), both_good));
    const std::string running = runs ? "second" : "first";
    disk[((damaged ? kSecondAt : kSlotAt) + 9) * kSectorBytes] ^= 1;
    REQUIRE(start() == running);
    Medium medium;
    SlotRecord copies[kCopies], record = record_of(medium);
    CHECK(mark_good(record, runs));
    CHECK_FALSE(mark_good(record, runs));
    REQUIRE(read_record(medium, copies));
    CHECK(write_record(medium, copies, record));
    CHECK(start() == running);
    CHECK(said.empty());
    CHECK(update(medium, image("new"), runs).empty());
    CHECK(start() == "new");
    // The one that offered it doesn't take its trial from it.
    record = record_of(medium);
    CHECK_FALSE(mark_good(record, runs));
    CHECK(preferred(record) == damaged);
  }
}

TEST_CASE("slots: a disk that doesn't take the count of a start starts what is known to be good") {
  make_slots("old", "new", changed(first_record(0, 0), [](SlotRecord& r) { offer(r, 1, 0); }));
  read_only = true;
  CHECK(start() == "old");
  CHECK(said == "wick: slot B can't be started: the disk does not take the count of its starts.\r\n");
}

TEST_CASE("slots: with both copies of the record damaged the first whole slot is started, and nothing is written") {
  make_slots("old", "new", {});
  const auto before = disk;
  CHECK(start() == "old");
  CHECK(said == "wick: the record of the slots is damaged: the first one that is whole is started.\r\n");
  disk[kSlotAt * kSectorBytes] ^= 1;
  CHECK(start() == "new");
  disk[kSlotAt * kSectorBytes] ^= 1;
  CHECK(disk == before);
}

TEST_CASE("slots: the library OS is told slot and disk behind the boot line, and nothing where there is no choice") {
  make_slots("a=b c", nullptr, first_record(0, 0));
  Payload payload;
  REQUIRE(find_payload(payload));
  CHECK(std::string(boot_line(payload)) == "a=b c slot.started=a:7369787465656e2062797465732e2e2e");
  std::string longest(kMaxArgumentBytes - kStartedBytes, 'x');
  make_slots(longest.c_str(), nullptr, first_record(0, 0));
  REQUIRE(find_payload(payload));
  CHECK(std::string(boot_line(payload)).starts_with(longest + " slot.started=a:"));
  longest += 'x';
  make_slots(longest.c_str(), nullptr, first_record(0, 0));
  REQUIRE(find_payload(payload));
  CHECK(std::string(boot_line(payload)) == longest);
}

TEST_CASE("slots: an update that is refused changes nothing that starts, whenever it is") {
  const struct {
    const char* words;
    std::function<void(std::vector<std::uint8_t>&)> change;
  } cases[] = {
      {"it is no slot", [](auto& bytes) { bytes[0] ^= 1; }},
      {"header does not have its checksum", [](auto& bytes) { bytes[600] ^= 1; }},
      {"payload does not have its checksum", [](auto& bytes) { bytes.back() ^= 1; }},
      {"not all of it has come", [](auto& bytes) { bytes.resize(bytes.size() - 1); }},
      {"not all of it has come", [](auto& bytes) { bytes.resize(100); }},
      {"longer than its header says", [](auto& bytes) { bytes.push_back(0); }},
      {"larger than the slot",
       [](auto& bytes) {
         Slot slot;
         slot.header.payload_bytes = slot.header.module_at = kSlotSectors * kSectorBytes;
         bytes = slot.bytes();
       }},
      {"makes no sense",
       [](auto& bytes) {
         Slot slot;
         slot.header.memory_end = 0;
         bytes = slot.bytes();
       }},
  };
  for (const auto& one : cases) {
    CAPTURE(one.words);
    make_slots("old", nullptr, first_record(0, 0));
    auto bytes = image("new");
    one.change(bytes);
    Medium medium;
    CHECK(update(medium, bytes).find(one.words) != std::string::npos);
    CHECK(start() == "old");
    CHECK(said.empty());
  }
}

TEST_CASE("slots: the one that runs is written only when the other isn't the last good one") {
  make_slots("old", "new", changed(first_record(0, 0), [](SlotRecord& r) { offer(r, 1, 0); }));
  Medium medium;
  const auto before = disk;
  CHECK(update(medium, image("newer"), 1).find("has not been found good") != std::string::npos);
  CHECK(disk == before);
  CHECK(update(medium, image("newer"), 0).empty());
  CHECK(start() == "newer");
  write_newest({});
  CHECK(update(medium, image("newest")) == "the record of the slots is damaged.");
}

TEST_CASE("slots: where a key is asked for, an update has to be signed by it and no older than what was good") {
  // RFC 8032, §7.1, the second pair: secret and public key.
  constexpr std::string_view kPair =
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
  std::uint8_t key[kKeyBytes], secret[crypto_sign_ed25519_SECRETKEYBYTES];
  for (std::size_t i = 0; i < sizeof secret; ++i)
    secret[i] = static_cast<std::uint8_t>(std::stoi(std::string(kPair.substr(2 * i, 2)), nullptr, 16));
  std::memcpy(key, secret + kKeyBytes, sizeof key);
  const auto sign = [&](std::vector<std::uint8_t> bytes) {
    SlotHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    header.checksum = 0;
    std::memcpy(header.signer, key, sizeof key);
    crypto_hash_sha512(header.payload_digest, &bytes[sizeof header], header.payload_bytes);
    SlotStatement statement = kSlotStatement;
    crypto_hash_sha512(statement.header_digest, reinterpret_cast<const std::uint8_t*>(&header),
                       offsetof(SlotHeader, signature));
    crypto_sign_ed25519_detached(header.signature, nullptr, reinterpret_cast<const std::uint8_t*>(&statement),
                                 sizeof statement, secret);
    header.checksum = wick::crc32c({reinterpret_cast<const char*>(&header), sizeof header});
    std::memcpy(bytes.data(), &header, sizeof header);
    return bytes;
  };
  Medium medium;
  make_slots("old", nullptr, first_record(0, 5));
  CHECK(update(medium, image("new", 5), kSlots, key) == "it is not signed.");
  CHECK(update(medium, sign(image("new", 4)), kSlots, key) == "it is older than what has been found good here.");
  auto altered = sign(image("new", 5));
  altered[700] ^= 1;  // and its checksum
  SlotHeader header;
  std::memcpy(&header, altered.data(), sizeof header);
  header.checksum = 0;
  header.checksum = wick::crc32c({reinterpret_cast<const char*>(&header), sizeof header});
  std::memcpy(altered.data(), &header, sizeof header);
  CHECK(update(medium, altered, kSlots, key) == "its header is not the one that was signed.");
  CHECK(record_of(medium).slots[1].priority == 0);
  CHECK(update(medium, sign(image("new", 6)), kSlots, key).empty());
  SlotRecord record = record_of(medium);
  CHECK(record.slots[1].release == 6);
  CHECK(record.newest_good == 5);
  CHECK(mark_good(record, 1));
  CHECK(record.newest_good == 6);
}
