// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// storvsc against a host that has disks of SCSI and is written from the facts of Linux' driver, and that also lies.

#include <doctest.h>

#include "class/driver.h"
#include "hyperv_fake_disk.h"

using namespace wick;
using namespace wick::drivers;
using namespace wick::test;

namespace {

using Rig = HypervDisks;
constexpr std::uint32_t kSectors = Rig::kSectors;

}  // namespace

TEST_CASE("storvsc: finds the disks on an adapter, by the newest version that both speak") {
  Rig rig;
  SUBCASE("today's") {}
  SUBCASE("Windows Server 2012's") { rig.version = 0x501; }
  REQUIRE_MESSAGE(ok(rig.start()), rig.trouble);
  REQUIRE(rig.disks.size() == 2);
  CHECK(std::string_view(rig.disks[0]->info().serial) == "vol0");
  CHECK(std::string_view(rig.disks[1]->info().serial) == "vol5");
  CHECK(rig.disks[1]->info().sectors == kSectors);
  CHECK(rig.disks[0]->info().events == event_bit(9));
  CHECK_FALSE(rig.attention);
}

TEST_CASE("storvsc: a disk of IDE's is alone at its path and target") {
  Rig rig;
  rig.host.facts.ide = true;
  rig.host.facts.path = 1;
  rig.host.facts.target = 1;
  REQUIRE(ok(rig.start()));
  CHECK(rig.disks.size() == 1);
}

TEST_CASE("storvsc: bytes are written and read back, whatever page they begin in, and a flush arrives") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  std::vector<std::uint8_t> out(300 << 10), in(out.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i * 31 >> 3);
  for (unsigned lap = 0; lap < 50; ++lap) {
    const std::uint32_t length = 512u << (lap % 10), shift = lap * 100;
    REQUIRE(ok(rig.run(lap % 2, rig.request(BlockOperation::write, lap, out.data() + shift, length))));
    REQUIRE(ok(rig.run(lap % 2, rig.request(BlockOperation::read, lap, in.data() + shift, length))));
    REQUIRE(std::memcmp(out.data() + shift, in.data() + shift, length) == 0);
  }
  CHECK(rig.run(0, rig.request(BlockOperation::read, 0, in.data(), 257 << 10)) == Status::bad_argument);
  CHECK(ok(rig.run(0, rig.request(BlockOperation::flush, 0, nullptr, 0))));
  CHECK(rig.flushes == 1);
  CHECK(rig.well_formed);
  CHECK(rig.disks[0]->arm());
}

TEST_CASE("storvsc: requests end in any order, as many at a time as there is room for") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  rig.holds = true;
  std::vector<std::uint8_t> data(512 * 33);
  std::vector<BlockRequest> requests;
  for (unsigned i = 0; i < 33; ++i)
    requests.push_back(rig.request(BlockOperation::read, i, data.data() + 512 * i, 512));
  for (unsigned i = 0; i < 32; ++i) REQUIRE(ok(rig.disks[0]->submit(requests[i])));
  CHECK(rig.disks[0]->submit(requests[32]) == Status::would_block);
  rig.disks[0]->flush_queue();
  REQUIRE(rig.held.size() == 32);
  for (unsigned i = 32; i-- > 0;) rig.finish(rig.held[i].first, rig.held[i].second);
  CHECK_FALSE(rig.disks[0]->arm());
  CHECK(rig.disks[0]->poll([](BlockRequest& one) { CHECK(ok(one.status)); }) == 32);
  CHECK(rig.disks[0]->arm());
}

TEST_CASE("storvsc: a host that it can't work with is refused in one sentence, and its channel closed") {
  Rig rig;
  SUBCASE("no version in common") { rig.version = 0x402; }
  SUBCASE("silence") { rig.serves = false; }
  SUBCASE("no disk") {
    rig.host.facts.target = 1, rig.host.facts.ide = true, rig.host.facts.path = 0,
    rig.host.on_signal = [&](std::uint32_t) {
      for (HostRings::Packet packet; rig.rings().read(packet);) {
        if (word_at<std::uint32_t>(packet.body, 0) == 3) packet.body[14] = 0x20;
        rig.finish(
            packet.transaction, packet.body,
            word_at<std::uint32_t>(packet.body, 0) == 9 && word_at<std::uint16_t>(packet.body, 12) != rig.version);
      }
    };
  }
  CHECK_FALSE(ok(rig.start()));
  CHECK(std::strlen(rig.trouble) > 0);
  CHECK(rig.host.closed == std::vector<std::uint32_t>{5});
}

TEST_CASE("storvsc: a host that lies is given up, and each request under way fails once") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  rig.holds = true;
  static unsigned ended;
  ended = 0;
  std::vector<std::uint8_t> data(1024);
  BlockRequest requests[] = {rig.request(BlockOperation::read, 0, data.data(), 512),
                             rig.request(BlockOperation::read, 1, data.data() + 512, 512)};
  for (BlockRequest& one : requests) REQUIRE(ok(rig.disks[1]->submit(one)));
  rig.disks[1]->flush_queue();
  REQUIRE(rig.held.size() == 2);
  unsigned good = 0;
  SUBCASE("a transaction that there isn't") { rig.finish(33, rig.held[0].second); }
  SUBCASE("one that isn't under way") { rig.finish(9, rig.held[0].second); }
  SUBCASE("transaction 0") { rig.finish(0, rig.held[0].second); }
  SUBCASE("twice the same") {
    rig.finish(rig.held[0].first, rig.held[0].second);
    rig.finish(rig.held[0].first, rig.held[0].second);
    good = 1;
  }
  SUBCASE("it takes the adapter away") { rig.host.facts.gone = 1; }
  SUBCASE("half an answer") { rig.rings().write(11, rig.held[0].first, {}, words(1, 0, 0)); }
  SUBCASE("an answer longer than any") { rig.rings().write(11, rig.held[0].first, {}, Bytes(1000)); }
  SUBCASE("an index beyond the ring") { rig.rings().index_to_guest() = 8 * 4096; }
  rig.disks[1]->poll([](BlockRequest&) { ++ended; });
  CHECK(ended == 2);
  CHECK(ok(requests[0].status) + ok(requests[1].status) == static_cast<int>(good));
  CHECK(rig.host.closed == std::vector<std::uint32_t>{5});
  CHECK(rig.disks[0]->submit(requests[0]) == Status::io_error);
  rig.disks[1]->poll([](BlockRequest&) { ++ended; });
  CHECK(ended == 2);
  CHECK(rig.disks[1]->arm());
}

TEST_CASE("storvsc: what an answer says of a command is what its request hears") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  rig.holds = true;
  std::vector<std::uint8_t> data(512);
  BlockRequest one = rig.request(BlockOperation::read, 0, data.data(), 512);
  REQUIRE(ok(rig.disks[0]->submit(one)));
  rig.disks[0]->flush_queue();
  Bytes body = rig.held.at(0).second;
  Status wanted = Status::io_error;
  SUBCASE("the unit has gone") { body[14] = 0x20; }
  SUBCASE("aborted") { body[14] = 2; }
  SUBCASE("an error that the disk knows nothing of") { body[14] = 4; }
  SUBCASE("write protected") {
    rig.refuse(body.data(), 7);
    wanted = Status::denied;
  }
  rig.finish(rig.held[0].first, body);
  rig.disks[0]->poll([](BlockRequest&) {});
  CHECK(one.status == wanted);
  CHECK(rig.host.closed.empty());
}

TEST_CASE("storvsc: takes no more memory than it declares") {
  const auto* found = wick_drivers_start;
  while (std::string_view(found->name) != "hyperv/block") ++found;
  Rig rig;
  const Access access = rig.host.access(DeviceKind::block, found->dma_bytes(256));
  CHECK(ok(rig.adapter->start(access, *rig.tables, rig.trouble)));
}
