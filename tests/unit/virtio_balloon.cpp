// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// virtio-balloon's reports of free pages against a fake device that behaves, and one that lies.

#include <doctest.h>

#include "virtio/balloon.h"
#include "virtio_fake.h"

using namespace wick;
using namespace wick::test;
using drivers::virtio::BalloonDevice;

namespace {

constexpr Gpa kPages{0x40'0000};
constexpr std::uint64_t kBytes = 2 << 20;
constexpr std::uint64_t kStatistics = 1 << 1, kHints = 1 << 3, kReporting = 1 << 5;

struct BalloonRig {
  explicit BalloonRig(std::uint64_t features = kReporting, std::uint16_t queues = 3)
      : memory(BalloonDevice::dma_bytes(256)) {
    transport.queues = queues;
    transport.features |= features;
    DeviceEntry entry = fake_entry(DeviceKind::balloon);
    entry.event_count = 0;  // as QEMU's has it on PCI
    status = balloon.start({entry, memory.pool, 256, nullptr}, tables, trouble, &transport);
  }
  /// The one queue that the driver has made.
  FakeQueue& queue() { return *transport.attached.begin()->second; }
  std::uint16_t index() const { return transport.attached.begin()->first; }

  FakePool memory;
  FakeTransport transport;
  BalloonDevice::Tables tables;
  BalloonDevice balloon;
  const char* trouble = nullptr;
  Status status;
};

}  // namespace

TEST_CASE("virtio-balloon: pages are offered, and are the guest's again once they are taken") {
  BalloonRig rig;
  REQUIRE(ok(rig.status));
  for (int i = 0; i < 10; ++i) {
    CHECK(rig.balloon.collect() == Status::would_block);
    CHECK(ok(rig.balloon.offer(kPages, kBytes)));
    CHECK(rig.balloon.offer(kPages, kBytes) == Status::would_block);
    CHECK(rig.balloon.collect() == Status::would_block);
    const auto chain = rig.queue().pop();
    REQUIRE((chain.pieces.size() == 1 && chain.pieces[0].writable));
    CHECK(drivers::device_address(chain.pieces[0].data) == kPages);
    CHECK(chain.pieces[0].length == kBytes);
    CHECK_FALSE(rig.queue().push(chain.head, 0));  // whoever offers looks by itself
    CHECK(ok(rig.balloon.collect()));
  }
  CHECK(rig.transport.vectors.begin()->second == 0xffff);
  CHECK(rig.balloon.offer(kPages, 0) == Status::bad_argument);
  CHECK(rig.balloon.offer(kPages, 1ull << 32) == Status::bad_argument);
}

TEST_CASE("virtio-balloon: where the queue stands depends on what the device offers") {
  CHECK(BalloonRig(kReporting, 3).index() == 2);
  CHECK(BalloonRig(kReporting | kStatistics, 4).index() == 3);
  CHECK(BalloonRig(kReporting | kHints, 4).index() == 3);
  BalloonRig all(kReporting | kStatistics | kHints, 5);
  CHECK(all.index() == 4);
  CHECK((all.transport.accepted & (kStatistics | kHints | kReporting)) == (kStatistics | kReporting));
}

TEST_CASE("virtio-balloon: a device that takes no pages, and one without the queue, aren't driven") {
  BalloonRig none(kStatistics);
  CHECK(none.status == Status::unsupported);
  CHECK(std::string_view(none.trouble).contains("free-page-reporting=on"));
  CHECK((none.transport.status() & 128) != 0);
  BalloonRig few(kReporting | kStatistics, 3);
  CHECK(few.status == Status::io_error);
  CHECK(std::string_view(few.trouble).contains("does not take its queue"));
}

TEST_CASE("virtio-balloon: a device that lies is never believed again") {
  SUBCASE("it takes what nobody has offered") {
    BalloonRig rig;
    rig.queue().push(0, 0);
    CHECK(rig.balloon.collect() == Status::io_error);
    CHECK(rig.balloon.offer(kPages, kBytes) == Status::io_error);
  }
  SUBCASE("it takes another one than was offered") {
    for (const std::uint32_t id : {1u, 2u, 0xffffu, 0xffff'ffffu}) {
      BalloonRig rig;
      CHECK(ok(rig.balloon.offer(kPages, kBytes)));
      rig.queue().push(id, 0);
      CHECK(rig.balloon.collect() == Status::io_error);
      CHECK(rig.balloon.offer(kPages, kBytes) == Status::io_error);
    }
  }
  SUBCASE("it says twice that it has taken it") {
    BalloonRig rig;
    CHECK(ok(rig.balloon.offer(kPages, kBytes)));
    const auto head = rig.queue().pop().head;
    rig.queue().push(head, 0);
    CHECK(ok(rig.balloon.collect()));
    rig.queue().push(head, 0);
    CHECK(rig.balloon.collect() == Status::io_error);
  }
  SUBCASE("it has written more than there is") {
    BalloonRig rig;
    CHECK(ok(rig.balloon.offer(kPages, kBytes)));
    rig.queue().push(rig.queue().pop().head, kBytes + 1);
    CHECK(rig.balloon.collect() == Status::io_error);
  }
}

TEST_CASE("virtio-balloon: a device that never answers is ended, if it can be") {
  BalloonRig rig;
  CHECK(ok(rig.balloon.offer(kPages, kBytes)));
  const auto head = rig.queue().pop().head;
  CHECK(rig.balloon.end());
  CHECK(rig.transport.status() == 0);
  rig.queue().push(head, 0);
  CHECK(rig.balloon.collect() == Status::io_error);
  CHECK(rig.balloon.offer(kPages, kBytes) == Status::io_error);
  BalloonRig stubborn;
  stubborn.transport.never_resets = true;
  CHECK_FALSE(stubborn.balloon.end());
}
