// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// blkfront against a back end that is written from Xen's public headers: it serves a small disk, and it lies.

#include <doctest.h>

#include <cstring>

#include "xen/block.h"
#include "xen_fake_disk.h"

using namespace wick;
using namespace wick::drivers;
using namespace wick::drivers::xen;
using wick::test::FakeXen;
using wick::test::FakeXenDisk;

namespace {

struct Rig {
  FakeXen xen;
  FakeXenDisk disk{xen};
  std::unique_ptr<BlockDevice::Tables> tables = std::make_unique<BlockDevice::Tables>();
  std::unique_ptr<BlockDevice> device = std::make_unique<BlockDevice>();
  const char* trouble = "";

  Status start() { return device->start(xen.access(DeviceKind::block), *tables, trouble); }
  static inline unsigned done_count = 0;
  unsigned poll() {
    done_count = 0;
    const unsigned count = device->poll([](BlockRequest&) { ++done_count; });
    CHECK(count == done_count);
    return count;
  }
  std::uint8_t* memory(std::uint64_t bytes) { return static_cast<std::uint8_t*>(xen.pool().take(bytes, 512)); }
  /// One request, from beginning to end.
  Status run(BlockOperation operation, std::uint64_t sector, void* data, std::uint32_t length) {
    BlockRequest request{operation, sector, data, length, Status::ok, nullptr, nullptr};
    if (const Status status = device->submit(request); !ok(status)) return status;
    device->flush_queue();
    CHECK(poll() == 1);
    return request.status;
  }
};

}  // namespace

TEST_CASE("blkfront: comes up, and says what the disk is") {
  Rig rig;
  REQUIRE_MESSAGE(ok(rig.start()), rig.trouble);
  CHECK(rig.disk.states == "34");
  const BlockInfo info = rig.device->info();
  CHECK(info.sectors == 2048);
  CHECK(info.block_size == 512);
  CHECK(info.most_bytes == 40960);
  CHECK(info.can_flush);
  CHECK(info.can_discard);
  CHECK_FALSE(info.read_only);
  CHECK(std::string(info.serial) == "data");
  CHECK(rig.xen.grants_given() == 1);  // the ring
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
    CHECK(rig.xen.grants_given() == 1);
  }
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
  CHECK(rig.xen.grants_given() == (stays ? 2 : 1));
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

TEST_CASE("blkfront: a back end that goes ends what it has, and what comes meanwhile waits until it is back") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  std::uint8_t* data = rig.memory(512);
  for (int round = 0; round < 3; ++round) {
    rig.disk.states.clear();
    rig.disk.serves = false;
    BlockRequest last{BlockOperation::read, 0, data, 512, Status::ok, nullptr, nullptr}, later = last, latest = last;
    REQUIRE(ok(rig.device->submit(last)));
    rig.device->flush_queue();
    rig.xen.set(FakeXenDisk::kBack + "state", "5");
    CHECK_FALSE(rig.device->arm());
    CHECK(rig.poll() == 0);
    CHECK(rig.disk.states.empty());  // the request is under way
    CHECK(ok(rig.device->submit(later)));
    rig.disk.serve();
    CHECK(rig.poll() == 1);
    CHECK(ok(last.status));
    CHECK(rig.disk.states == "6");
    rig.xen.set(FakeXenDisk::kBack + "state", "6");
    CHECK(ok(rig.device->submit(latest)));
    CHECK(rig.poll() == 0);
    CHECK(later.status == Status::would_block);
    rig.disk.serves = true;
    rig.disk.offer();
    CHECK(rig.poll() == 2);
    CHECK((ok(later.status) && ok(latest.status)));
    CHECK(rig.disk.states == "634");
    CHECK(ok(rig.run(BlockOperation::read, 0, data, 512)));
  }
}

TEST_CASE("blkfront: a disk that is taken away fails what waits for it, and serves again when it comes back") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  std::uint8_t* data = rig.memory(512);
  for (int round = 0; round < 3; ++round) {
    BlockRequest waits{BlockOperation::read, 0, data, 512, Status::ok, nullptr, nullptr};
    rig.xen.set(FakeXenDisk::kBack + "state", "5");
    CHECK(rig.poll() == 0);
    REQUIRE(ok(rig.device->submit(waits)));
    const std::string back_end = rig.xen.nodes[FakeXenDisk::kFront + "backend"];
    rig.xen.nodes.erase(FakeXenDisk::kFront + "backend");
    rig.xen.set(FakeXenDisk::kBack + "state", "6");
    CHECK(rig.poll() == 1);
    CHECK(waits.status == Status::io_error);
    CHECK(rig.device->submit(waits) == Status::io_error);
    CHECK(rig.device->arm());
    rig.xen.nodes[FakeXenDisk::kFront + "backend"] = back_end;
    rig.disk.offer();
    CHECK(ok(rig.run(BlockOperation::read, 0, data, 512)));
  }
}

TEST_CASE("blkfront: where the domain goes on after it was suspended, what was under way is asked for again") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  rig.disk.serves = false;
  std::uint8_t *out = rig.memory(4096), *in = rig.memory(512);
  std::memset(out, 'w', 4096);
  BlockRequest requests[4] = {{BlockOperation::write, 8, out, 4096, Status::ok, nullptr, nullptr},
                              {BlockOperation::read, 0, in, 512, Status::ok, nullptr, nullptr},
                              {BlockOperation::flush, 0, nullptr, 0, Status::ok, nullptr, nullptr},
                              {BlockOperation::discard, 40, nullptr, 4096, Status::ok, nullptr, nullptr}};
  for (auto& request : requests) REQUIRE(ok(rig.device->submit(request)));
  rig.device->flush_queue();
  // The last back end has answered in a page that was saved before the data were.
  rig.disk.respond(rig.disk.next().id, DiskOperation::write);
  rig.disk.respond(rig.disk.next().id, DiskOperation::read);
  rig.xen.on_move = [&] {
    rig.disk.states.clear();
    rig.xen.nodes.erase(FakeXenDisk::kBack + "sectors");
    rig.disk.offer();
  };
  SUBCASE("and is done") {
    rig.disk.content[5] = 'r';
    rig.xen.set("/local/domain/5/control/shutdown", "suspend");
    CHECK_FALSE(rig.device->arm());
    CHECK(rig.poll() == 0);
    CHECK(rig.xen.wishes == std::vector{Wish::suspend});
    CHECK(rig.xen.nodes["/local/domain/5/control/shutdown"] == "");
    CHECK(rig.disk.states == "34");
    CHECK(rig.disk.asked.empty());
    rig.disk.serve();
    CHECK(rig.poll() == 4);
    for (const auto& request : requests) CHECK(ok(request.status));
    CHECK((rig.disk.content[8 * 512] == 'w' && in[5] == 'r' && rig.disk.discarded_at == 40));
    CHECK(rig.disk.asked[DiskOperation::flush] == 1);
    CHECK(rig.xen.grants_given() == 1);
    rig.disk.serves = true;
    for (int round = 0; round < 3; ++round) {  // again and again
      rig.xen.set("/local/domain/5/control/shutdown", "suspend");
      CHECK(ok(rig.run(BlockOperation::read, 0, in, 512)));
      CHECK(rig.xen.facts.life == 2 + round);
    }
  }
  SUBCASE("or the disk is gone, and who waits hears of it") {
    rig.xen.on_move = [&] { rig.xen.nodes.erase(FakeXenDisk::kFront + "backend"); };
    rig.xen.set("/local/domain/5/control/shutdown", "suspend");
    CHECK(rig.poll() == 4);
    for (const auto& request : requests) CHECK(request.status == Status::io_error);
    CHECK(rig.poll() == 0);
    CHECK(rig.device->arm());
  }
  SUBCASE("or it was called off, and nothing has changed") {
    rig.xen.suspension = Status::would_block;
    rig.xen.set("/local/domain/5/control/shutdown", "suspend");
    CHECK(rig.poll() == 2);
    CHECK(rig.disk.states == "34");
    CHECK(rig.xen.facts.life == 0);
  }
}
