// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// blkfront's life: back ends that go and come back, disks that are taken away, and a domain that is suspended.

#include <doctest.h>

#include <cstring>

#include "xen_disk_rig.h"

using namespace wick;
using namespace wick::test;
using Rig = DiskRig;

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
    CHECK(rig.xen.grants_given() == rig.given());
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
