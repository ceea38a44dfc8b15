// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// blkfront's long requests: by lists of segments where the back end takes them, in pieces where it doesn't.

#include <doctest.h>

#include <algorithm>
#include <cstring>

#include "xen_disk_rig.h"

using namespace wick;
using namespace wick::test;
using Rig = DiskRig;

namespace {

const std::string kOffer = FakeXenDisk::kBack + "feature-max-indirect-segments";

/// Writes and reads back a request of that length, from the middle of a page.
void check_both_ways(Rig& rig, std::uint32_t length) {
  std::uint8_t *out = rig.memory(length + 512) + 512, *in = rig.memory(length + 512);
  for (std::uint32_t i = 0; i < length; ++i) out[i] = static_cast<std::uint8_t>(i * 11 + i / 512);
  std::memset(in, 0, length);
  for (const BlockOperation operation : {BlockOperation::write, BlockOperation::read}) {
    BlockRequest request{operation, 16,     operation == BlockOperation::write ? out : in, length, Status::ok,
                         nullptr,   nullptr};
    REQUIRE(ok(rig.device->submit(request)));
    rig.device->flush_queue();
    for (unsigned polls = 0; request.status == Status::would_block && polls < 16; ++polls) rig.poll();
    CHECK(ok(request.status));
  }
  CHECK(std::memcmp(&rig.disk.content[16 * 512], out, length) == 0);
  CHECK(std::memcmp(in, out, length) == 0);
  CHECK(rig.xen.grants_given() == rig.given());
}

/// The back end goes in order, and another one comes that takes no lists.
void go_on_in_pieces(Rig& rig) {
  rig.xen.set(FakeXenDisk::kBack + "state", "5");
  rig.poll();
  rig.xen.nodes[kOffer] = "0";
  rig.disk.offer();
  rig.poll();
}

}  // namespace

TEST_CASE("blkfront: what a back end offers for one request is taken up to a bound") {
  Rig rig;
  std::uint32_t pages = 10;  // 11 segments hold them wherever they begin
  unsigned longest = 0;
  SUBCASE("nothing") { rig.xen.nodes[kOffer] = ""; }
  SUBCASE("no number") { rig.xen.nodes[kOffer] = "-32"; }
  SUBCASE("none") { rig.xen.nodes[kOffer] = "0"; }
  SUBCASE("no more than a request has itself") { rig.xen.nodes[kOffer] = "11"; }
  SUBCASE("more than a number holds") { rig.xen.nodes[kOffer] = "4294967328"; }
  SUBCASE("one more") { rig.xen.nodes[kOffer] = "12", pages = 11, longest = 12; }
  SUBCASE("more than there is room for") { rig.xen.nodes[kOffer] = "4294967295", pages = 31, longest = 32; }
  REQUIRE(ok(rig.start()));
  CHECK(rig.device->info().most_bytes == pages * 4096);
  CHECK(rig.xen.grants_given() == (longest ? 3 : 1));
  std::uint8_t* const data = rig.memory(pages * 4096);
  CHECK(ok(rig.run(BlockOperation::read, 0, data + 512 - raw(device_address(data)) % 512, pages * 4096 - 512)));
  CHECK(ok(rig.run(BlockOperation::write, 0, data, pages * 4096)));
  CHECK(rig.disk.asked[DiskOperation::indirect] == (longest ? 2 : 0));
  CHECK(rig.disk.longest <= longest);
  CHECK(rig.run(BlockOperation::read, 0, data, pages * 4096 + 512) == Status::bad_argument);
}

TEST_CASE("blkfront: more long requests than lists are under way, and their lists are used again") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  rig.disk.serves = false;
  constexpr std::uint32_t kLength = 64 << 10;
  std::vector<BlockRequest> requests(4);
  for (unsigned i = 0; i < 4; ++i) {
    requests[i] = {BlockOperation::read, i * 128, rig.memory(kLength), kLength, Status::ok, nullptr, nullptr};
    std::memset(&rig.disk.content[i * kLength], static_cast<int>('a' + i), kLength);
    REQUIRE(ok(rig.device->submit(requests[i])));
  }
  rig.device->flush_queue();
  rig.disk.serve();
  CHECK(rig.disk.asked[DiskOperation::indirect] == 2);
  CHECK(rig.disk.asked[DiskOperation::read] == 2);
  CHECK(rig.poll() == 2);  // and the rest of the other two is asked for
  rig.disk.serve();
  CHECK(rig.poll() == 2);
  CHECK(rig.disk.asked[DiskOperation::read] == 4);
  for (unsigned i = 0; i < 4; ++i) {
    CHECK(ok(requests[i].status));
    const auto* const data = static_cast<const std::uint8_t*>(requests[i].data);
    CHECK(std::count(data, data + kLength, 'a' + i) == kLength);
  }
  CHECK(rig.xen.grants_given() == rig.given());
  rig.disk.serves = true;
  for (int round = 0; round < 4; ++round) check_both_ways(rig, kLength);
  CHECK(rig.disk.asked[DiskOperation::indirect] == 10);
}

TEST_CASE("blkfront: a piece that fails ends its request") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  go_on_in_pieces(rig);
  rig.disk.serves = false;
  BlockRequest request{BlockOperation::read, 0, rig.memory(64 << 10), 64 << 10, Status::ok, nullptr, nullptr};
  REQUIRE(ok(rig.device->submit(request)));
  rig.device->flush_queue();
  const DiskRequest first = rig.disk.next();
  unsigned left = 0;
  SUBCASE("the first") { rig.disk.respond(first.id, DiskOperation::read, -1); }
  SUBCASE("the last") {
    rig.disk.respond(first.id, DiskOperation::read);
    CHECK(rig.poll() == 0);
    const DiskRequest second = rig.disk.next();
    CHECK(second.sector == 80);
    CHECK(second.segments == 6);
    rig.disk.respond(second.id, DiskOperation::read, -1);
  }
  SUBCASE("the first one's answer comes twice") {
    rig.disk.respond(first.id, DiskOperation::read);
    rig.disk.respond(first.id, DiskOperation::read);
    left = 1;
  }
  CHECK(rig.poll() == 1);
  CHECK(request.status == Status::io_error);
  CHECK(rig.xen.grants_given() == 1);
  CHECK(rig.disk.states.ends_with(left ? "6" : "4"));
}

TEST_CASE("blkfront: another back end that takes less gets long requests in pieces, those that waited, too") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  const std::uint32_t length = rig.device->info().most_bytes;
  check_both_ways(rig, length);
  BlockRequest waits{BlockOperation::write, 512, rig.memory(length), length, Status::ok, nullptr, nullptr};
  std::memset(waits.data, 'w', length);
  SUBCASE("it went in order") {
    rig.xen.set(FakeXenDisk::kBack + "state", "5");
    CHECK(rig.poll() == 0);
    REQUIRE(ok(rig.device->submit(waits)));
    rig.xen.nodes[kOffer] = "0";
    rig.disk.offer();
  }
  SUBCASE("the domain was suspended") {
    rig.disk.serves = false;
    REQUIRE(ok(rig.device->submit(waits)));
    rig.device->flush_queue();
    rig.disk.serves = true;
    rig.xen.on_move = [&] {
      rig.xen.nodes[kOffer] = "0";
      rig.disk.offer();
    };
    rig.xen.set("/local/domain/5/control/shutdown", "suspend");
  }
  for (unsigned polls = 0; waits.status == Status::would_block && polls < 16; ++polls) rig.poll();
  CHECK(ok(waits.status));
  CHECK(std::count(rig.disk.content.begin() + 512 * 512, rig.disk.content.begin() + 512 * 512 + length, 'w') == length);
  CHECK(rig.device->info().most_bytes == length);
  rig.disk.asked.clear();
  check_both_ways(rig, length);
  CHECK(rig.disk.asked[DiskOperation::indirect] == 0);
  CHECK(rig.disk.asked[DiskOperation::read] == 4);
}

TEST_CASE("blkfront: a back end that goes between two pieces gets the rest when it is back") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  go_on_in_pieces(rig);
  rig.disk.serves = false;
  BlockRequest request{BlockOperation::write, 0, rig.memory(64 << 10), 64 << 10, Status::ok, nullptr, nullptr};
  std::memset(request.data, 'p', 64 << 10);
  REQUIRE(ok(rig.device->submit(request)));
  rig.device->flush_queue();
  rig.xen.set(FakeXenDisk::kBack + "state", "5");
  rig.disk.serve();
  CHECK(rig.poll() == 0);
  CHECK(rig.disk.states.ends_with("6"));
  CHECK(request.status == Status::would_block);
  rig.disk.asked.clear();
  rig.disk.serves = true;
  rig.disk.offer();
  for (unsigned polls = 0; request.status == Status::would_block && polls < 4; ++polls) rig.poll();
  CHECK(ok(request.status));
  CHECK(rig.disk.asked[DiskOperation::write] == 1);
  CHECK(std::count(rig.disk.content.begin(), rig.disk.content.begin() + (64 << 10), 'p') == 64 << 10);
}

TEST_CASE("blkfront: a back end that keeps a page of a long request, or a list, is not met again") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  auto& grants = rig.xen.grants();
  SUBCASE("a page beyond those of the ring's segments") {
    rig.disk.serves = false;
    BlockRequest request{BlockOperation::read, 0, rig.memory(64 << 10), 64 << 10, Status::ok, nullptr, nullptr};
    REQUIRE(ok(rig.device->submit(request)));
    rig.device->flush_queue();
    DiskIndirectRequest indirect;
    const DiskRequest message = rig.disk.next();
    std::memcpy(&indirect, &message, sizeof indirect);
    const auto* const segments = reinterpret_cast<const DiskSegment*>(rig.xen.granted(indirect.list, false));
    grants[segments[15].grant - rig.xen.facts.first_grant].flags |= kInUse;
    rig.disk.respond(indirect.id, DiskOperation::read);
    CHECK(rig.poll() == 1);
    CHECK(request.status == Status::io_error);
    CHECK(rig.disk.states == "346");
  }
  SUBCASE("a list") {
    std::uint8_t* const data = rig.memory(512);
    for (auto& grant : grants)
      if (grant.flags == (kPermitAccess | kReadOnly)) grant.flags |= kInUse;
    rig.xen.set(FakeXenDisk::kBack + "state", "5");
    CHECK(rig.poll() == 0);
    rig.disk.offer();
    CHECK(rig.poll() == 0);
    CHECK(rig.disk.states == "34636");
    CHECK(rig.run(BlockOperation::read, 0, data, 512) == Status::io_error);
  }
  SUBCASE("it answers by the list's own operation") {
    rig.disk.serves = false;
    BlockRequest request{BlockOperation::read, 0, rig.memory(64 << 10), 64 << 10, Status::ok, nullptr, nullptr};
    REQUIRE(ok(rig.device->submit(request)));
    rig.device->flush_queue();
    rig.disk.respond(rig.disk.next().id, DiskOperation::indirect);
    CHECK(rig.poll() == 1);
    CHECK(request.status == Status::io_error);
    CHECK(rig.disk.states == "346");
  }
}
