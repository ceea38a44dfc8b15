// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// virtio-net against a fake device: frames both ways, merged buffers, offloads, back-pressure, lies.

#include <doctest.h>

#include "virtio/network.h"
#include "virtio_fake.h"

using namespace wick;
using namespace wick::test;
using drivers::Network;
using drivers::ReceiveBuffer;
using drivers::TransmitSegment;
using drivers::virtio::feature;
using drivers::virtio::NetworkDevice;
using drivers::virtio::NetworkHeader;

namespace {

constexpr std::uint64_t kMergeable = feature(15);

struct Rig : Network::Receiver {
  explicit Rig(std::uint64_t features = kMergeable | feature(0) | feature(1) | feature(5), std::uint16_t ring = 16)
      : memory(1 << 17), tables(std::make_unique<NetworkDevice::Tables>()) {
    transport.features |= features;
    for (std::uint8_t i = 0; i < 6; ++i) transport.config[i] = static_cast<std::uint8_t>(0x50 + i);
    const char* trouble = nullptr;
    const DeviceEntry entry = fake_entry(DeviceKind::network);
    REQUIRE(ok(network.start({entry, memory.pool, ring, nullptr}, *tables, trouble, &transport)));
  }

  void received(ReceiveBuffer* frame) override { frames.push_back(frame); }
  void transmitted(void* token) override { tokens.push_back(token); }

  FakeQueue& in() { return transport.queue(0); }
  FakeQueue& out() { return transport.queue(1); }

  /// The device receives a frame of `pieces` buffers, `bytes` each including the header.
  void arrive(std::uint32_t bytes, std::uint16_t pieces = 1, std::uint8_t flags = 0) {
    for (std::uint16_t i = 0; i < pieces; ++i) {
      const FakeQueue::Chain chain = in().pop();
      REQUIRE(chain.pieces.size() == 1);
      REQUIRE(chain.pieces[0].writable);
      std::memset(chain.pieces[0].data, 0x40 + i, bytes <= chain.pieces[0].length ? bytes : 0);
      if (i == 0) {
        NetworkHeader header{};
        header.flags = flags;
        header.buffers = pieces;
        std::memcpy(chain.pieces[0].data, &header, sizeof header);
      }
      in().put(chain.head, bytes);
    }
    in().show();
  }
  void release_all() {
    for (ReceiveBuffer* frame : frames) {
      while (frame) {
        ReceiveBuffer* next = frame->next;
        network.release(frame);
        frame = next;
      }
    }
    frames.clear();
  }

  FakePool memory;
  std::unique_ptr<NetworkDevice::Tables> tables;
  FakeTransport transport;
  NetworkDevice network;
  std::vector<ReceiveBuffer*> frames;
  std::vector<void*> tokens;
};

const std::uint8_t kBytes[64] = {1, 2, 3};

}  // namespace

TEST_CASE("virtio-net: what the device says of itself") {
  Rig rig(feature(3) | feature(5) | feature(16) | kMergeable | feature(0) | feature(11));
  CHECK(rig.network.info().mac[5] == 0x55);
  CHECK(rig.network.info().mtu == 1500);  // the fake's 0 is nonsense
  CHECK_FALSE(rig.network.info().link_up);
  rig.transport.config[6] = 1;
  CHECK(rig.network.info().link_up);
  CHECK(rig.network.info().offload.transmit_checksum);
  CHECK(rig.network.info().offload.segment4);
  CHECK_FALSE(rig.network.info().offload.segment6);
  CHECK_FALSE(rig.network.info().offload.coalesce);
  CHECK(rig.network.info().events == event_bit(9));
  CHECK(rig.in().waiting() == 16);
  CHECK(rig.transport.take_doorbell(0));
}

TEST_CASE("virtio-net: large received frames are asked for only where they may come in several buffers") {
  for (const std::uint64_t mergeable : {std::uint64_t{0}, kMergeable}) {
    Rig rig(feature(1) | feature(7) | feature(8) | mergeable);
    CHECK(((rig.transport.accepted & (feature(7) | feature(8))) != 0) == (mergeable != 0));
    CHECK((rig.transport.accepted & feature(1)) != 0);
  }
}

TEST_CASE("virtio-net: a frame goes out as header and pieces") {
  Rig rig;
  const TransmitSegment segments[] = {{kBytes, 14}, {kBytes + 14, 50}};
  int token;
  drivers::TransmitHints hints;
  hints.checksum = true;
  hints.checksum_start = 34;
  hints.checksum_offset = 16;
  REQUIRE(ok(rig.network.transmit(segments, hints, &token)));
  CHECK_FALSE(rig.out().has_work());
  rig.network.flush();
  REQUIRE(rig.out().has_work());
  CHECK(rig.transport.take_doorbell(1));
  const FakeQueue::Chain chain = rig.out().pop();
  REQUIRE(chain.pieces.size() == 3);
  CHECK(chain.pieces[0].length == sizeof(NetworkHeader));
  CHECK(rig.memory.contains(drivers::device_address(chain.pieces[0].data), sizeof(NetworkHeader)));
  NetworkHeader header;
  std::memcpy(&header, chain.pieces[0].data, sizeof header);
  CHECK(header.flags == 1);
  CHECK(header.segmentation == 0);
  CHECK(header.checksum_start == 34);
  CHECK(header.checksum_offset == 16);
  CHECK(chain.pieces[1].data == kBytes);
  CHECK(chain.pieces[2].length == 50);
  CHECK(rig.network.poll(rig, 8) == 0);
  CHECK(rig.tokens.empty());
  rig.out().push(chain.head, 0);
  rig.network.poll(rig, 8);
  REQUIRE(rig.tokens.size() == 1);
  CHECK(rig.tokens[0] == &token);
}

TEST_CASE("virtio-net: a large frame is cut by the device") {
  Rig rig;
  drivers::TransmitHints hints{.checksum = true, .segment_size = 1440, .header_length = 74, .ipv6 = true};
  const TransmitSegment segment{kBytes, 64};
  REQUIRE(ok(rig.network.transmit({&segment, 1}, hints, nullptr)));
  rig.network.flush();
  NetworkHeader header;
  std::memcpy(&header, rig.out().pop().pieces[0].data, sizeof header);
  CHECK(header.segmentation == 4);
  CHECK(header.segment_size == 1440);
  CHECK(header.header_length == 74);
}

TEST_CASE("virtio-net: a full ring pushes back, and an event tells of room") {
  Rig rig;
  const TransmitSegment segment{kBytes, 64};
  unsigned sent = 0;
  while (ok(rig.network.transmit({&segment, 1}, {}, nullptr))) ++sent;
  CHECK(sent == 8);
  CHECK(rig.network.transmit({&segment, 1}, {}, nullptr) == Status::would_block);
  rig.network.flush();
  CHECK(rig.network.arm());
  unsigned interrupts = 0;
  while (rig.out().has_work()) interrupts += rig.out().push(rig.out().pop().head, 0);
  CHECK(interrupts == 1);
  CHECK_FALSE(rig.network.arm());
  rig.network.poll(rig, 8);
  CHECK(rig.tokens.size() == 8);
  CHECK(ok(rig.network.transmit({&segment, 1}, {}, nullptr)));
  rig.network.flush();
  CHECK(rig.network.arm());
  CHECK_FALSE(rig.out().push(rig.out().pop().head, 0));  // nobody waits: no interrupt
  const std::vector<TransmitSegment> many(16, segment);
  CHECK(rig.network.transmit(many, {}, nullptr) == Status::bad_argument);
}

TEST_CASE("virtio-net: an event tells of room whatever number of pieces the frames have") {
  for (const std::size_t pieces : {1, 2, 3, 7, 15}) {
    CAPTURE(pieces);
    Rig rig;
    const std::vector<TransmitSegment> segments(pieces, TransmitSegment{kBytes, 64});
    while (ok(rig.network.transmit(segments, {}, nullptr))) {
    }
    rig.network.flush();
    CHECK(rig.network.arm());
    unsigned interrupts = 0;
    while (rig.out().has_work()) interrupts += rig.out().push(rig.out().pop().head, 0);
    CHECK(interrupts == 1);
  }
}

TEST_CASE("virtio-net: frames come up without their header") {
  Rig rig;
  rig.arrive(12 + 60, 1, 2);
  rig.arrive(12 + 99);
  CHECK(rig.network.poll(rig, 1) == 1);
  CHECK(rig.network.poll(rig, 8) == 1);
  REQUIRE(rig.frames.size() == 2);
  CHECK(rig.frames[0]->length == 60);
  CHECK(rig.frames[0]->data[0] == 0x40);
  CHECK(rig.frames[0]->next == nullptr);
  CHECK(rig.frames[0]->checksum_good);
  CHECK_FALSE(rig.frames[0]->checksum_partial);
  CHECK(rig.frames[1]->length == 99);
  CHECK_FALSE(rig.frames[1]->checksum_good);
  CHECK((reinterpret_cast<std::uintptr_t>(rig.frames[0]->data) + 14) % 4 == 0);
}

TEST_CASE("virtio-net: one frame in several buffers") {
  Rig rig;
  rig.arrive(1532, 3, 1);
  REQUIRE(rig.network.poll(rig, 8) == 1);
  ReceiveBuffer* frame = rig.frames[0];
  CHECK(frame->checksum_partial);
  CHECK(frame->length == 1532 - 12);
  REQUIRE(frame->next);
  CHECK(frame->next->length == 1532);
  CHECK(frame->next->data[0] == 0x41);
  REQUIRE(frame->next->next);
  CHECK(frame->next->next->next == nullptr);
}

TEST_CASE("virtio-net: buffers go around for ever, shown in lots") {
  Rig rig;
  rig.transport.take_doorbell(0);
  for (unsigned round = 0; round < 70'000; ++round) {
    REQUIRE(rig.in().has_work());
    rig.arrive(72);
    REQUIRE(rig.network.poll(rig, 8) == 1);
    rig.release_all();
  }
  rig.network.arm();
  CHECK(rig.in().waiting() == 16);
}

TEST_CASE("virtio-net: held buffers starve the device, not the driver") {
  Rig rig;
  while (rig.in().has_work()) rig.arrive(72);
  CHECK(rig.network.poll(rig, 100) == 16);
  CHECK(rig.network.arm());
  CHECK_FALSE(rig.in().has_work());
  rig.in().want_doorbell();
  rig.transport.take_doorbell(0);
  rig.release_all();
  CHECK(rig.network.arm());
  CHECK(rig.in().waiting() == 16);
  CHECK(rig.transport.take_doorbell(0));
}

TEST_CASE("virtio-net: a lying device is stopped and the stack gets its frames back") {
  Rig rig;
  int token;
  const TransmitSegment segment{kBytes, 64};
  REQUIRE(ok(rig.network.transmit({&segment, 1}, {}, &token)));
  rig.network.flush();
  unsigned good = 0;
  SUBCASE("an unknown buffer") { rig.in().push(16, 72); }
  SUBCASE("a buffer twice") {
    rig.arrive(72);
    rig.in().push(0, 72);
    good = 1;
  }
  SUBCASE("longer than the buffer") { rig.arrive(1535); }
  SUBCASE("shorter than a header") { rig.arrive(11); }
  SUBCASE("fewer buffers than announced") {
    const FakeQueue::Chain chain = rig.in().pop();
    NetworkHeader header{};
    header.buffers = 2;
    std::memcpy(chain.pieces[0].data, &header, sizeof header);
    rig.in().push(chain.head, 72);
  }
  SUBCASE("no buffers announced") {
    const FakeQueue::Chain chain = rig.in().pop();
    std::memset(chain.pieces[0].data, 0, 12);
    rig.in().push(chain.head, 72);
  }
  SUBCASE("an unknown transmission") { rig.out().push(3, 0); }
  SUBCASE("a transmission that wrote") { rig.out().push(0, 1); }
  const unsigned resets = rig.transport.resets;
  CHECK(rig.network.poll(rig, 8) == good);
  CHECK(rig.transport.resets == resets + 1);
  REQUIRE(rig.tokens.size() == 1);
  CHECK(rig.tokens[0] == &token);
  CHECK(rig.network.transmit({&segment, 1}, {}, &token) == Status::io_error);
  CHECK(rig.network.poll(rig, 8) == 0);
  CHECK(rig.network.arm());
  rig.release_all();
}

TEST_CASE("virtio-net: a pool too small is said so") {
  FakePool memory(8192);
  NetworkDevice::Tables tables;
  FakeTransport transport;
  NetworkDevice network;
  const char* trouble = nullptr;
  const DeviceEntry entry = fake_entry(DeviceKind::network);
  CHECK(network.start({entry, memory.pool, 64, nullptr}, tables, trouble, &transport) == Status::no_memory);
  CHECK(trouble != nullptr);
  CHECK(transport.status_history.back() == 0x8b);  // failed
}
