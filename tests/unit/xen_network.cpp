// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// netfront against a back end that is written from Xen's public headers, and that also lies.

#include <doctest.h>

#include "xen_fake_network.h"

using namespace wick;
using namespace wick::test;

namespace {

constexpr unsigned kBuffers = 64, kStanding = 2 + 32;  // grants: both rings, and the pages of sent frames

}  // namespace

TEST_CASE("netfront: comes up with all its buffers, and says what the network is") {
  NetworkRig rig;
  REQUIRE_MESSAGE(ok(rig.start()), rig.trouble);
  CHECK(rig.states == "4");
  CHECK(rig.rung == 1);
  CHECK(rig.head(rig.receive).requests == kBuffers);
  CHECK(rig.xen.grants_given() == kStanding + kBuffers);
  const NetworkInfo info = rig.device->info();
  CHECK(info.mac[5] == 0x56);
  CHECK(info.mtu == 1500);
  CHECK(info.link_up);
  CHECK(info.offload.transmit_checksum);
  CHECK_FALSE(info.offload.segment4);
}

TEST_CASE("netfront: what it can't work with is refused in one sentence") {
  NetworkRig rig;
  SUBCASE("no copies") { rig.xen.nodes[kBack + "feature-rx-copy"] = "0"; }
  SUBCASE("no address") { rig.xen.nodes.erase(kFront + "mac"); }
  SUBCASE("an address of many") { rig.xen.nodes[kFront + "mac"] = "ff:ff:ff:ff:ff:ff"; }
  SUBCASE("no back end") { rig.xen.nodes.erase(kFront + "backend"); }
  SUBCASE("a state that there isn't") { rig.xen.nodes[kBack + "state"] = "7"; }
  CHECK_FALSE(ok(rig.start()));
  CHECK(std::strlen(rig.trouble) > 0);
  CHECK_FALSE(rig.device->info().link_up);
  CHECK(rig.transmit(60, nullptr) == Status::io_error);
}

TEST_CASE("netfront: frames arrive whole, in buffers that the back end has no more, lap after lap") {
  NetworkRig rig;
  REQUIRE(ok(rig.start()));
  for (int round = 0; round < 50; ++round) {
    for (std::int16_t i = 0; i < 20; ++i)
      rig.deliver(static_cast<std::int16_t>(60 + i), i % 2 ? kDataValidated : kChecksumBlank);
    REQUIRE(rig.poll() == 20);
    REQUIRE(rig.frames.size() == 20);
    CHECK(rig.xen.grants_given() == kStanding + kBuffers - 20);
    for (unsigned i = 0; i < 20; ++i) {
      const ReceiveBuffer& frame = *rig.frames[i];
      REQUIRE(frame.length == 60 + i);
      REQUIRE(frame.data[7] == static_cast<std::uint8_t>(67 + i));
      CHECK(frame.checksum_good == (i % 2 == 1));
      CHECK(frame.checksum_partial == (i % 2 == 0));
      CHECK(frame.next == nullptr);
    }
    rig.release_all();
    (void)rig.device->arm();
    REQUIRE(rig.head(rig.receive).requests - rig.receive_taken == kBuffers);
  }
}

TEST_CASE("netfront: a frame of several pieces is one, and what more is told of it is passed over") {
  NetworkRig rig;
  REQUIRE(ok(rig.start()));
  rig.deliver(4096, kMoreData | kExtraInfo);
  rig.extra(1, true);
  rig.extra(4, false);
  rig.deliver(100, 0, 128);
  rig.deliver(60);
  CHECK(rig.poll() == 2);
  REQUIRE(rig.frames.size() == 2);
  CHECK(rig.frames[0]->length == 4096);
  REQUIRE(rig.frames[0]->next);
  CHECK(rig.frames[0]->next->length == 100);
  CHECK(rig.frames[0]->next->data[0] == 100);
  CHECK(rig.frames[1]->length == 60);
  rig.release_all();
  CHECK(rig.device->arm());
  CHECK(rig.head(rig.receive).requests - rig.receive_taken == kBuffers);
}

TEST_CASE("netfront: a frame that is lost or too short is dropped, the next one arrives") {
  NetworkRig rig;
  REQUIRE(ok(rig.start()));
  rig.respond({rig.buffer().id, 0, 0, -1});
  rig.respond({rig.buffer().id, 0, 0, 13});
  rig.respond({rig.buffer().id, 0, kMoreData, -2});
  rig.deliver(60);
  rig.deliver(61);
  CHECK(rig.poll() == 1);
  REQUIRE(rig.frames.size() == 1);
  CHECK(rig.frames[0]->length == 61);
  CHECK(rig.device->info().link_up);
}

TEST_CASE("netfront: a back end that breaks the rules of receiving is given up") {
  NetworkRig rig;
  REQUIRE(ok(rig.start()));
  int token;
  REQUIRE(ok(rig.transmit(60, &token)));
  SUBCASE("another id") { rig.respond({static_cast<std::uint16_t>(rig.buffer().id + 1), 0, 0, 60}); }
  SUBCASE("an id that there isn't") { rig.respond({0xffff, 0, 0, 60}); }
  SUBCASE("longer than the page") { rig.respond({rig.buffer().id, 0, 0, 4097}); }
  SUBCASE("beyond the page") { rig.respond({rig.buffer().id, 4080, 0, 17}); }
  SUBCASE("far beyond the page") { rig.respond({rig.buffer().id, 0xffff, 0, 1}); }
  SUBCASE("more than it has buffers for") { rig.head(rig.receive).responses = kBuffers + 1; }
  SUBCASE("half a frame") { rig.deliver(100, kMoreData); }
  SUBCASE("half of what more there is") {
    rig.deliver(100, kExtraInfo);
    rig.extra(1, true);
  }
  SUBCASE("a frame of all buffers") {
    for (unsigned i = 0; i < 20; ++i) rig.deliver(100, i < 19 ? kMoreData : 0);
  }
  SUBCASE("it keeps the page") {
    const ReceiveRequest request = rig.buffer();
    rig.xen.grants()[request.grant - rig.xen.facts.first_grant].flags |= kInUse;
    rig.respond({request.id, 0, 0, 60});
  }
  CHECK(rig.poll() == 0);
  CHECK(rig.frames.empty());
  CHECK(rig.tokens == std::vector<void*>{&token});
  CHECK_FALSE(rig.device->info().link_up);
  CHECK(rig.transmit(60, &token) == Status::io_error);
  CHECK(rig.states == "46");
  rig.offer();  // it isn't believed any more
  CHECK(rig.poll() == 0);
  CHECK(rig.states == "46");
  CHECK(rig.device->arm());
}

TEST_CASE("netfront: frames go out as copies, and the stack hears when they are gone") {
  NetworkRig rig;
  REQUIRE(ok(rig.start()));
  int token;
  for (unsigned i = 0; i < 2000; ++i) rig.frame[i] = static_cast<std::uint8_t>(i * 3);
  const TransmitHints sum{.checksum = true, .checksum_start = 34, .checksum_offset = 16};
  for (int round = 0; round < 300; ++round) {
    REQUIRE(ok(rig.transmit(1514, &token, round % 2 ? sum : TransmitHints{})));
    rig.device->flush();
    const SendRequest request = rig.sent();
    CHECK(request.length == 1514);
    CHECK(request.flags == (round % 2 ? kSendChecksumBlank | kSendDataValidated : 0));
    CHECK(rig.xen.granted(request.grant, true) == nullptr);  // to read only
    const std::uint8_t* page = rig.xen.granted(request.grant, false);
    REQUIRE(page);
    REQUIRE(std::memcmp(page + request.offset, rig.frame, 1514) == 0);
    rig.finish(request.id, round % 5 ? 0 : -1);
    rig.poll();
  }
  CHECK(rig.tokens.size() == 300);
}

TEST_CASE("netfront: what can't be sent is refused, and a full ring says so and when it isn't") {
  NetworkRig rig;
  REQUIRE(ok(rig.start()));
  CHECK(rig.transmit(13, nullptr) == Status::bad_argument);
  CHECK(rig.transmit(1519, nullptr) == Status::bad_argument);
  CHECK(rig.transmit(60, nullptr, {.segment_size = 1000}) == Status::bad_argument);
  CHECK(rig.transmit(60, nullptr, {.checksum = true, .checksum_start = 50, .checksum_offset = 9}) ==
        Status::bad_argument);
  for (unsigned i = 0; i < 64; ++i) REQUIRE(ok(rig.transmit(60, nullptr)));
  CHECK(rig.transmit(60, nullptr) == Status::would_block);
  rig.device->flush();
  CHECK(rig.device->arm());
  CHECK(rig.head(rig.send).response_event == 32);
  for (unsigned i = 0; i < 32; ++i) rig.finish(rig.sent().id);
  CHECK_FALSE(rig.device->arm());
  rig.poll();
  CHECK(rig.tokens.size() == 32);
  CHECK(ok(rig.transmit(60, nullptr)));
}

TEST_CASE("netfront: a back end that has sent what it never got is given up, and the stack gets its frames back") {
  NetworkRig rig;
  REQUIRE(ok(rig.start()));
  int first, second;
  REQUIRE(ok(rig.transmit(60, &first)));
  REQUIRE(ok(rig.transmit(60, &second)));
  SUBCASE("an id that nobody has") {
    rig.device->flush();
    rig.finish(9);
  }
  SUBCASE("an id beyond all") {
    rig.device->flush();
    rig.finish(0xffff);
  }
  SUBCASE("before it was told") { rig.finish(0); }
  rig.poll();
  CHECK(rig.tokens == std::vector<void*>{&first, &second});
  CHECK(rig.states == "46");
}

TEST_CASE("netfront: a network that is detached comes back, with what the stack had kept") {
  NetworkRig rig;
  REQUIRE(ok(rig.start()));
  for (int round = 0; round < 3; ++round) {
    int token;
    rig.states.clear();
    rig.tokens.clear();
    rig.deliver(60);
    REQUIRE(rig.poll() == 1);
    REQUIRE(ok(rig.transmit(60, &token)));
    rig.xen.set(kBack + "state", "5");
    CHECK_FALSE(rig.device->arm());
    rig.poll();
    CHECK(rig.states == "6");
    CHECK(rig.tokens == std::vector<void*>{&token});
    CHECK_FALSE(rig.device->info().link_up);
    rig.offer();
    rig.poll();
    CHECK(rig.returns == static_cast<unsigned>(round) + 1);
    CHECK(rig.states == "64");
    CHECK(rig.device->info().link_up);
    CHECK(rig.head(rig.receive).requests == kBuffers - 1);
    rig.release_all();
    rig.poll();  // the store has told of the connection
    CHECK(rig.device->arm());
    CHECK(rig.head(rig.receive).requests == kBuffers);
  }
}

TEST_CASE("netfront: a frame that was refused before its back end went keeps nobody awake afterwards") {
  NetworkRig rig;
  REQUIRE(ok(rig.start()));
  while (ok(rig.transmit(60, nullptr))) {
  }
  rig.xen.set(kBack + "state", "5");
  rig.poll();
  rig.offer();
  rig.poll();
  REQUIRE(rig.device->info().link_up);
  rig.poll();  // the store has told of the connection
  CHECK(rig.device->arm());
}

TEST_CASE("netfront: where the domain goes on after it was suspended, its frames are the stack's again") {
  NetworkRig rig;
  REQUIRE(ok(rig.start()));
  for (std::uint16_t round = 1; round <= 3; ++round) {
    int token;
    rig.tokens.clear();
    rig.deliver(60);
    REQUIRE(rig.poll() == 1);
    rig.deliver(61);  // in a ring that isn't read any more
    REQUIRE(ok(rig.transmit(60, &token)));
    rig.xen.on_move = [&] {
      rig.states.clear();
      rig.offer();
    };
    rig.xen.set("/local/domain/5/control/shutdown", "suspend");
    CHECK_FALSE(rig.device->arm());
    CHECK(rig.poll() == 0);
    CHECK(rig.returns == round);
    CHECK(rig.states == "4");
    CHECK(rig.tokens == std::vector<void*>{&token});
    CHECK(rig.xen.nodes[kFront + "event-channel"] == std::to_string(7 + round));
    CHECK(rig.head(rig.receive).requests == kBuffers - 1);
    rig.release_all();
    rig.poll();  // the store has told of the connection
    CHECK(rig.device->arm());
    REQUIRE(ok(rig.transmit(60, &token)));
    rig.device->flush();
    rig.finish(rig.sent().id);
    rig.poll();
  }
}
