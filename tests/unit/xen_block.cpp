// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// blkfront against a back end that is written from Xen's public headers: it serves a small disk, and it lies.

#include <doctest.h>

#include <cstring>

#include "xen_disk_rig.h"

using namespace wick;
using namespace wick::test;
using Rig = DiskRig;

TEST_CASE("blkfront: comes up, and says what the disk is") {
  Rig rig;
  REQUIRE_MESSAGE(ok(rig.start()), rig.trouble);
  CHECK(rig.disk.states == "34");
  const BlockInfo info = rig.device->info();
  CHECK(info.sectors == 2048);
  CHECK(info.block_size == 512);
  CHECK(info.most_bytes == 31 * 4096);
  CHECK(info.can_flush);
  CHECK(info.can_discard);
  CHECK_FALSE(info.read_only);
  CHECK(std::string(info.serial) == "data");
  CHECK(rig.xen.grants_given() == 3);  // the ring, and two lists of segments
}

TEST_CASE("blkfront: data goes to the disk and comes back, from wherever in a page, and no page stays given away") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  (void)rig.memory(512);  // so that the next pages begin with a piece
  const std::uint32_t length = rig.device->info().most_bytes;
  std::uint8_t *out = rig.memory(length), *in = rig.memory(length);
  for (std::uint32_t i = 0; i < length; ++i) out[i] = static_cast<std::uint8_t>(i * 7 + i / 512);
  for (int round = 0; round < 100; ++round) {  // many laps of the ring
    REQUIRE(ok(rig.run(BlockOperation::write, 24, out, length)));
    REQUIRE(ok(rig.run(BlockOperation::read, 24, in, length)));
    REQUIRE(std::memcmp(out, in, length) == 0);
    std::memset(in, 0, length);
    CHECK(rig.xen.grants_given() == rig.given());
  }
  CHECK(rig.disk.longest == 32);
  CHECK(rig.disk.asked[DiskOperation::indirect] == 200);
  CHECK(std::memcmp(&rig.disk.content[24 * 512], out, length) == 0);
  REQUIRE(ok(rig.run(BlockOperation::flush, 0, nullptr, 0)));
  CHECK(rig.disk.asked[DiskOperation::flush] == 1);
  CHECK(rig.run(BlockOperation::read, 2048, in, 512) == Status::bad_argument);
  CHECK(rig.run(BlockOperation::read, 0, in + 1, 512) == Status::bad_argument);
  CHECK(rig.run(BlockOperation::read, 0, in, length + 512) == Status::bad_argument);
}

TEST_CASE("blkfront: any blocks are dropped") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  REQUIRE(ok(rig.run(BlockOperation::discard, 3, nullptr, 30 * 512)));
  CHECK(rig.disk.discarded_at == 3);
  CHECK(rig.disk.discarded == 30);
}

TEST_CASE("blkfront: as many requests as the ring has room for are under way, and their answers come in any order") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  rig.disk.serves = false;
  std::vector<BlockRequest> requests(33);
  for (unsigned i = 0; i < 33; ++i) {
    requests[i] = {BlockOperation::read, i, rig.memory(512), 512, Status::ok, nullptr, nullptr};
    CHECK(rig.device->submit(requests[i]) == (i < 32 ? Status::ok : Status::would_block));
  }
  rig.device->flush_queue();
  REQUIRE(rig.disk.head().requests == 32);
  std::vector<DiskRequest> got;
  for (unsigned i = 0; i < 32; ++i) got.push_back(rig.disk.next());
  CHECK(rig.device->arm());
  for (unsigned i = 32; i-- > 0;) rig.disk.respond(got[i].id, got[i].operation, i == 5 ? -1 : i == 6 ? -2 : 0);
  CHECK_FALSE(rig.device->arm());
  CHECK(rig.poll() == 32);
  CHECK(requests[4].status == Status::ok);
  CHECK(requests[5].status == Status::io_error);
  CHECK(requests[6].status == Status::unsupported);
}

TEST_CASE("blkfront: a back end that breaks the rules is given up, and who waits hears of it once") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  rig.disk.serves = false;
  BlockRequest requests[2] = {{BlockOperation::read, 0, rig.memory(512), 512, Status::ok, nullptr, nullptr},
                              {BlockOperation::write, 8, rig.memory(512), 512, Status::ok, nullptr, nullptr}};
  for (auto& request : requests) REQUIRE(ok(rig.device->submit(request)));
  rig.device->flush_queue();
  const DiskRequest first = rig.disk.next();
  bool stays = false;
  SUBCASE("an id beyond all") { rig.disk.respond(32, DiskOperation::read); }
  SUBCASE("a huge id") { rig.disk.respond(1ull << 32, DiskOperation::read); }
  SUBCASE("an id that nobody has") { rig.disk.respond(7, DiskOperation::read); }
  SUBCASE("another operation") { rig.disk.respond(first.id, DiskOperation::write); }
  SUBCASE("an operation that there isn't") { rig.disk.respond(first.id, DiskOperation{0x77}); }
  SUBCASE("the same twice") {
    rig.disk.respond(first.id, DiskOperation::read);
    rig.disk.respond(first.id, DiskOperation::read);
  }
  SUBCASE("more answers than questions") { rig.disk.head().responses = 3; }
  SUBCASE("fewer than before") { rig.disk.head().responses = ~0u; }
  SUBCASE("it keeps the page") {
    stays = true;
    rig.xen.grants()[first.segment[0].grant - rig.xen.facts.first_grant].flags |= kInUse;
    rig.disk.respond(first.id, DiskOperation::read);
  }
  CHECK(rig.poll() == 2);
  CHECK(requests[1].status == Status::io_error);
  CHECK(rig.poll() == 0);
  CHECK(rig.device->arm());
  CHECK(rig.device->submit(requests[0]) == Status::io_error);
  CHECK(rig.disk.states == "346");
  CHECK(rig.xen.grants_given() == rig.given() + stays);
  rig.disk.offer();  // it isn't believed any more
  rig.poll();
  CHECK(rig.disk.states == "346");
}

TEST_CASE("blkfront: a back end that doesn't come up, or describes no disk, is left alone in one sentence") {
  Rig rig;
  SUBCASE("the store says nothing of it") { rig.xen.nodes.erase(FakeXenDisk::kFront + "backend"); }
  SUBCASE("its path is no path") { rig.xen.nodes[FakeXenDisk::kFront + "backend"] = "local\n"; }
  SUBCASE("its path is endless") { rig.xen.nodes[FakeXenDisk::kFront + "backend"] = "/" + std::string(4000, 'x'); }
  SUBCASE("it is in another domain than the event channel's") {
    rig.xen.nodes[FakeXenDisk::kFront + "backend-id"] = "3";
  }
  SUBCASE("a state that there isn't") { rig.xen.nodes[FakeXenDisk::kBack + "state"] = "4294967298"; }
  SUBCASE("no state at all") { rig.xen.nodes[FakeXenDisk::kBack + "state"] = ""; }
  SUBCASE("it closes") {
    rig.xen.on_write = [&](const std::string& path, const std::string&) {
      if (path == FakeXenDisk::kFront + "ring-ref") rig.xen.nodes[FakeXenDisk::kBack + "state"] = "5";
    };
  }
  SUBCASE("no size") { rig.xen.nodes[FakeXenDisk::kBack + "sectors"] = "many"; }
  SUBCASE("too large a size") { rig.xen.nodes[FakeXenDisk::kBack + "sectors"] = "36028797018963968"; }
  SUBCASE("odd blocks") { rig.xen.nodes[FakeXenDisk::kBack + "sector-size"] = "520"; }
  SUBCASE("blocks larger than pages") { rig.xen.nodes[FakeXenDisk::kBack + "sector-size"] = "8192"; }
  CHECK_FALSE(ok(rig.start()));
  CHECK(std::strlen(rig.trouble) > 0);
  BlockRequest request{BlockOperation::flush, 0, nullptr, 0, Status::ok, nullptr, nullptr};
  CHECK(rig.device->submit(request) == Status::io_error);
}

TEST_CASE("blkfront: a read-only disk without features is one") {
  Rig rig;
  rig.xen.nodes[FakeXenDisk::kBack + "info"] = "4";
  rig.xen.nodes[FakeXenDisk::kBack + "feature-flush-cache"] = "0";
  rig.xen.nodes[FakeXenDisk::kBack + "feature-discard"] = "yes";
  rig.xen.nodes[FakeXenDisk::kBack + "sector-size"] = "4096";
  REQUIRE(ok(rig.start()));
  const BlockInfo info = rig.device->info();
  CHECK(info.read_only);
  CHECK(info.block_size == 4096);
  CHECK_FALSE(info.can_flush);
  CHECK_FALSE(info.can_discard);
  CHECK(rig.run(BlockOperation::write, 0, rig.memory(4096), 4096) == Status::denied);
}

TEST_CASE("blkfront: a disk that grows is larger when somebody looks") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  rig.disk.xen.set(FakeXenDisk::kBack + "sectors", "4096");
  CHECK(rig.device->look_again().sectors == 4096);
  rig.disk.xen.set(FakeXenDisk::kBack + "sectors", "-1");
  CHECK(rig.device->look_again().sectors == 4096);
}
