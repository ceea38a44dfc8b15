// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The device's end of a ring, towards guests that lie.
#include <doctest.h>

#include "backend_fake.h"

using namespace wick;
using namespace wick::test;

namespace {

/// A ring that a lying guest fills in by hand.
struct RawRing {
  static constexpr std::uint16_t kSize = 8;
  RawRing() : pool(65536) {
    fake_host = {&pool, nullptr, 0};
    descriptors = static_cast<Descriptor*>(pool.pool.take(kSize * sizeof(Descriptor), 16));
    available = static_cast<AvailableRing*>(pool.pool.take(64, 2));
    used = static_cast<UsedRing*>(pool.pool.take(256, 4));
    data = static_cast<std::uint8_t*>(pool.pool.take(4096, 16));
    queue = {drivers::device_address(descriptors),
             drivers::device_address(available),
             drivers::device_address(used),
             kSize,
             256,
             0};
  }
  ~RawRing() { fake_host = {}; }
  void offer(std::uint16_t head) { available->ring[available->index++ % kSize] = head; }
  bool taken(hv::DeviceRing& ring) {
    static hv::Chain chain;
    return ring.take(chain);
  }
  FakePool pool;
  Descriptor* descriptors;
  AvailableRing* available;
  UsedRing* used;
  std::uint8_t* data;
  DeviceQueue queue;
};

}  // namespace

TEST_CASE("device ring: memory outside of the DMA pool, sizes and alignments are refused") {
  RawRing guest;
  hv::DeviceRing ring;
  CHECK(ok(ring.attach(guest.queue, true)));
  for (const std::uint16_t size : {0, 3, 512, 0x8000}) {
    auto queue = guest.queue;
    queue.size = size;
    CHECK_FALSE(ok(ring.attach(queue, true)));
  }
  for (auto part : {&DeviceQueue::descriptors, &DeviceQueue::available, &DeviceQueue::used}) {
    auto queue = guest.queue;
    queue.*part = Gpa{0x1000};
    CHECK_FALSE(ok(ring.attach(queue, true)));
    queue.*part = guest.queue.*part + 1;
    CHECK_FALSE(ok(ring.attach(queue, true)));
    queue.*part = Gpa{raw(drivers::device_address(guest.pool.data())) + guest.pool.size() - 16};
    CHECK_FALSE(ok(ring.attach(queue, true)));
  }
}

TEST_CASE("device ring: loops, strange indices, lengths and addresses break the guest's ring only") {
  const auto address = [](RawRing& guest) { return drivers::device_address(guest.data); };
  const auto attack = [&](auto&& prepare) {
    RawRing guest;
    hv::DeviceRing ring;
    REQUIRE(ok(ring.attach(guest.queue, true)));
    prepare(guest);
    CHECK_FALSE(guest.taken(ring));
    CHECK(ring.broken());
    CHECK(ring.waiting() == 0);
  };
  attack([&](RawRing& guest) {  // a loop
    guest.descriptors[0] = {address(guest), 16, 1, 1};
    guest.descriptors[1] = {address(guest), 16, 1, 0};
    guest.offer(0);
  });
  attack([&](RawRing& guest) { guest.offer(RawRing::kSize); });
  attack([&](RawRing& guest) { guest.available->index = 0x7000; });
  attack([&](RawRing& guest) {
    guest.descriptors[0] = {address(guest), 0, 0, 0};
    guest.offer(0);
  });
  attack([&](RawRing& guest) {
    guest.descriptors[0] = {address(guest), 0xffffffff, 0, 0};
    guest.offer(0);
  });
  attack([&](RawRing& guest) {
    guest.descriptors[0] = {Gpa{~0ull - 4}, 16, 0, 0};
    guest.offer(0);
  });
  attack([&](RawRing& guest) {
    guest.descriptors[0] = {address(guest), 16, 4, 0};  // indirect
    guest.offer(0);
  });
  attack([&](RawRing& guest) {
    guest.descriptors[0] = {address(guest), 16, 1, 200};
    guest.offer(0);
  });
}
