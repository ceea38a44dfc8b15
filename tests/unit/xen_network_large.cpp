// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// netfront with frames of TCP that are larger than the network's, which the back end cuts, or has not cut; and back
// ends that lie about them.

#include <doctest.h>

#include <algorithm>

#include "xen_fake_network.h"

using namespace wick;
using namespace wick::test;

namespace {

constexpr TransmitHints kCut4{
    .checksum = true, .checksum_start = 34, .checksum_offset = 16, .segment_size = 1448, .header_length = 66};
constexpr TransmitHints kCut6{.checksum = true,
                              .checksum_start = 54,
                              .checksum_offset = 16,
                              .segment_size = 1428,
                              .header_length = 86,
                              .ipv6 = true};

struct LargeRig : NetworkRig {
  LargeRig() {
    offer_cuts();
    for (unsigned i = 0; i < sizeof frame; ++i) frame[i] = static_cast<std::uint8_t>(i * 7 + (i >> 8));
  }
  void begin() { REQUIRE_MESSAGE(ok(start()), trouble); }

  /// As the back end: takes a frame that is to be cut, and holds it to what was sent. @return the ids of its pieces
  std::vector<std::uint16_t> take(unsigned length, const TransmitHints& hints) {
    device->flush();
    SendRequest request = sent();
    CHECK(request.length == length);
    CHECK((request.flags & ~kMoreData) == (kSendChecksumBlank | kSendDataValidated | kExtraInfo));
    const auto extra = sent<ExtraInfo>();
    CHECK(extra.type == kExtraSegments);
    CHECK(extra.flags == 0);
    CHECK(extra.segment_size == hints.segment_size);
    CHECK(extra.segment_kind == (hints.ipv6 ? kSegmentTcp6 : kSegmentTcp4));
    std::vector<SendRequest> pieces{request};
    while (request.flags & kMoreData) {
      request = sent();
      CHECK((request.flags & ~kMoreData) == 0);
      pieces.push_back(request);
      pieces[0].length = static_cast<std::uint16_t>(pieces[0].length - request.length);
    }
    CHECK(pieces.size() <= kMostSlots);
    std::vector<std::uint16_t> ids;
    unsigned at = 0;
    for (const SendRequest& piece : pieces) {
      REQUIRE(piece.offset + piece.length <= 4096);
      CHECK(xen.granted(piece.grant, true) == nullptr);  // to read only
      const std::uint8_t* page = xen.granted(piece.grant, false);
      REQUIRE(page);
      REQUIRE(std::memcmp(page + piece.offset, frame + at, piece.length) == 0);
      at += piece.length;
      ids.push_back(piece.id);
    }
    CHECK(at == length);
    return ids;
  }
};

}  // namespace

TEST_CASE("netfront: large frames are cut by a back end that can, and handed up by one that hasn't") {
  LargeRig rig;
  SUBCASE("all of it") {
    rig.begin();
    const Offload can = rig.device->info().offload;
    CHECK(can.segment4);
    CHECK(can.segment6);
    CHECK(can.coalesce);
    for (const char* feature : {"feature-sg", "feature-gso-tcpv4", "feature-gso-tcpv6"})
      CHECK(rig.xen.nodes[kFront + feature] == "1");
  }
  SUBCASE("IPv4 alone") {
    rig.xen.nodes[kBack + "feature-gso-tcpv6"] = "0";
    rig.begin();
    CHECK(rig.device->info().offload.segment4);
    CHECK_FALSE(rig.device->info().offload.segment6);
    CHECK(rig.transmit(4000, nullptr, kCut6) == Status::bad_argument);
    CHECK(ok(rig.transmit(4000, nullptr, kCut4)));
  }
  SUBCASE("frames of one piece") {
    rig.xen.nodes[kBack + "feature-sg"] = "0";
    rig.begin();
    CHECK_FALSE(rig.device->info().offload.segment4);
    CHECK(rig.transmit(4000, nullptr, kCut4) == Status::bad_argument);
  }
  SUBCASE("sums are not left to it") {
    rig.xen.nodes[kBack + "feature-no-csum-offload"] = "1";
    rig.begin();
    CHECK_FALSE(rig.device->info().offload.segment4);
  }
  SUBCASE("an appliance with few buffers") {
    drivers::Access access = rig.xen.access(DeviceKind::network);
    access.ring_size = 64;
    REQUIRE(ok(rig.device->start(access, *rig.tables, rig.trouble)));
    CHECK_FALSE(rig.device->info().offload.segment4);
    CHECK_FALSE(rig.device->info().offload.coalesce);
    CHECK(rig.xen.nodes[kFront + "feature-sg"] == "0");
    CHECK(rig.transmit(4000, nullptr, kCut4) == Status::bad_argument);
  }
}

TEST_CASE("netfront: a large frame goes out in pieces, answered in any order, lap after lap") {
  LargeRig rig;
  rig.begin();
  int token, small;
  for (unsigned round = 0; round < 200; ++round) {
    const unsigned length = 1515 + round * 320;
    const TransmitHints& hints = round % 2 ? kCut4 : kCut6;
    REQUIRE(ok(rig.transmit(length, &token, hints)));
    REQUIRE(ok(rig.transmit(60, &small)));
    auto ids = rig.take(length, hints);
    const std::uint16_t last = ids.back(), behind = rig.sent().id;
    if (round % 3 == 0) std::ranges::reverse(ids);
    rig.tokens.clear();
    rig.finish(behind);
    for (const std::uint16_t id : ids) {
      rig.poll();
      CHECK(std::ranges::count(rig.tokens, &token) == 0);
      rig.finish(id, round % 5 ? 0 : -1);
      if (id == last) break;
    }
    if (ids.front() == last)
      for (std::size_t i = 1; i < ids.size(); ++i) rig.finish(ids[i]);
    rig.finish(0xffff, kNoResponse);  // where the extra slot was
    rig.poll();
    CHECK(rig.tokens == std::vector<void*>{&small, &token});
    CHECK(rig.device->info().link_up);
  }
}

TEST_CASE("netfront: what can't be cut is refused, and a full ring says so") {
  LargeRig rig;
  rig.begin();
  CHECK(rig.transmit(4000, nullptr, {.segment_size = 1448}) == Status::bad_argument);
  CHECK(rig.transmit(65'536, nullptr, kCut4) == Status::bad_argument);
  CHECK(rig.transmit(13, nullptr, kCut4) == Status::bad_argument);
  CHECK(rig.transmit(40, nullptr, kCut4) == Status::bad_argument);  // shorter than where its sum goes
  int first, second;
  REQUIRE(ok(rig.transmit(65'535, &first, kCut4)));
  REQUIRE(ok(rig.transmit(61'441, &second, kCut4)));
  CHECK(rig.transmit(60, nullptr) == Status::would_block);
  CHECK(rig.transmit(2000, nullptr, kCut4) == Status::would_block);
  for (const std::uint16_t id : rig.take(65'535, kCut4)) rig.finish(id);
  rig.finish(0xffff, kNoResponse);
  CHECK_FALSE(rig.device->arm());
  rig.poll();
  CHECK(rig.tokens == std::vector<void*>{&first});
  // A small frame takes half of a page, which a piece of a large one doesn't fit beside.
  REQUIRE(ok(rig.transmit(60, nullptr)));
  CHECK(rig.transmit(65'535, nullptr, kCut4) == Status::would_block);
  CHECK(ok(rig.transmit(61'440, nullptr, kCut4)));
}

TEST_CASE("netfront: a back end that lies about the pieces of a frame is given up, and the frame is the stack's") {
  LargeRig rig;
  rig.begin();
  int token;
  REQUIRE(ok(rig.transmit(10'000, &token, kCut4)));
  const auto ids = rig.take(10'000, kCut4);
  REQUIRE(ids.size() == 3);
  SUBCASE("twice the same") {
    rig.finish(ids[0]);
    rig.finish(ids[0]);
  }
  SUBCASE("the second half of a page") { rig.finish(static_cast<std::uint16_t>(ids[0] + 1)); }
  SUBCASE("more extra slots than it got") {
    rig.finish(0xffff, kNoResponse);
    rig.finish(0xffff, kNoResponse);
  }
  rig.poll();
  CHECK(rig.tokens == std::vector<void*>{&token});
  CHECK(rig.states == "46");
  CHECK_FALSE(rig.device->info().link_up);
}

TEST_CASE("netfront: a back end that answers no extra slot stops what is sent, and nothing else") {
  LargeRig rig;
  rig.begin();
  unsigned frames = 0;
  for (; frames < 300 && ok(rig.transmit(1600, nullptr, kCut4)); ++frames) {
    for (const std::uint16_t id : rig.take(1600, kCut4)) rig.finish(id);
    rig.poll();
  }
  CHECK(frames == 255);
  rig.deliver(60);
  CHECK(rig.poll() == 1);
}

TEST_CASE("netfront: the largest frame that a back end has not cut arrives whole") {
  LargeRig rig;
  rig.begin();
  for (int round = 0; round < 100; ++round) {
    rig.deliver(4096, kMoreData | kExtraInfo | kChecksumBlank);
    rig.extra(kExtraSegments, false);
    for (unsigned i = 0; i < 15; ++i) rig.deliver(4096, kMoreData);
    rig.deliver(13);
    REQUIRE(rig.poll() == 1);
    REQUIRE(rig.frames.size() == 1);
    CHECK(rig.frames[0]->checksum_partial);
    unsigned bytes = 0, pieces = 0;
    for (const ReceiveBuffer* piece = rig.frames[0]; piece; piece = piece->next, ++pieces) bytes += piece->length;
    CHECK(bytes == 65'549);
    CHECK(pieces == 17);
    rig.release_all();
    (void)rig.device->arm();
  }
}

TEST_CASE("netfront: a received frame of too many slots, or whose extra slots don't end, is its back end's last") {
  LargeRig rig;
  rig.begin();
  SUBCASE("pieces") {
    for (unsigned i = 0; i < kMostSlots + 1; ++i) rig.deliver(4096, i < kMostSlots ? kMoreData : 0);
  }
  SUBCASE("extra slots") {
    rig.deliver(100, kExtraInfo);
    for (unsigned i = 0; i < kMostExtras + 1; ++i) rig.extra(kExtraSegments, i < kMostExtras);
  }
  CHECK(rig.poll() == 0);
  CHECK(rig.frames.empty());
  CHECK(rig.states == "46");
}

TEST_CASE("netfront: a new back end that can do less than the last one isn't met: the stack asks but once") {
  LargeRig rig;
  rig.begin();
  rig.xen.set(kBack + "state", "5");
  rig.poll();
  rig.xen.nodes[kBack + "feature-gso-tcpv4"] = "0";
  rig.offer();
  rig.poll();
  CHECK_FALSE(rig.device->info().link_up);
  rig.offer_cuts();
  rig.offer();
  rig.poll();
  CHECK(rig.device->info().link_up);
  CHECK(rig.returns == 1);
}
