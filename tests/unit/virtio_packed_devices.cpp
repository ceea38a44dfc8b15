// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Drivers on packed rings, and whose rings are which.

#include <doctest.h>

#include "virtio/block.h"
#include "virtio/network.h"
#include "virtio_packed/driver.h"
#include "virtio_packed_fake.h"

using namespace wick;
using namespace wick::test;
using drivers::virtio_packed::Either;
using drivers::virtio_packed::PackedRings;

namespace {

/// A device that offers packed rings, and its ends of them.
struct PackedTransport {
  PackedTransport() { transport.features |= wick::virtio::kRingPacked; }
  FakePackedQueue& queue(std::uint16_t index) {
    auto& queue = queues[index];
    if (!queue) queue = std::make_unique<FakePackedQueue>(transport.memories.at(index));
    return *queue;
  }
  FakeTransport transport;
  std::map<std::uint16_t, std::unique_ptr<FakePackedQueue>> queues;
};

struct Stack final : drivers::Network::Receiver {
  void received(drivers::ReceiveBuffer* frame) override { frames.push_back(frame); }
  void transmitted(void* token) override { sent.push_back(token); }
  std::vector<drivers::ReceiveBuffer*> frames;
  std::vector<void*> sent;
};

}  // namespace

TEST_CASE("packed virtio-net: frames both ways, one of two buffers, and a device that lies") {
  PackedTransport device;
  device.transport.features |= drivers::virtio::kMergeable;
  FakePool memory(1 << 20);
  const auto tables = std::make_unique<drivers::virtio::NetworkTables>();
  drivers::virtio::BasicNetwork<PackedRings> network;
  const char* trouble = nullptr;
  const DeviceEntry entry = fake_entry(DeviceKind::network);
  REQUIRE(ok(network.start({entry, memory.pool, 16, nullptr}, *tables, trouble, &device.transport)));
  CHECK((device.transport.accepted & wick::virtio::kRingPacked) != 0);
  auto &receive = device.queue(0), &transmit = device.queue(1);
  Stack stack;

  int token;
  const std::uint8_t bytes[60] = {1, 2, 3};
  const drivers::TransmitSegment segments[] = {{bytes, 40}, {bytes + 40, 20}};
  REQUIRE(ok(network.transmit(segments, {}, &token)));
  network.flush();
  REQUIRE(transmit.has_work());
  const auto sent = transmit.pop();
  REQUIRE(sent.pieces.size() == 3);
  CHECK(sent.pieces[1].data == bytes);
  transmit.push(sent.head, 0);

  const auto fill = [](const FakeQueue::Chain& chain, std::uint16_t buffers) {
    std::memset(chain.pieces[0].data, 0, 12);
    std::memcpy(chain.pieces[0].data + 10, &buffers, 2);
  };
  const auto first = receive.pop(), second = receive.pop(), third = receive.pop(), fourth = receive.pop();
  fill(first, 1);
  fill(third, 2);  // buffers come back in the device's order
  receive.push(first.head, 72);
  receive.push(third.head, 1532);
  receive.push(second.head, 100);
  CHECK(network.poll(stack, 16) == 2);
  CHECK(stack.sent == std::vector<void*>{&token});
  REQUIRE(stack.frames.size() == 2);
  CHECK(stack.frames[0]->length == 60);
  CHECK(stack.frames[1]->length == 1520);
  REQUIRE(stack.frames[1]->next);
  CHECK(stack.frames[1]->next->length == 100);
  CHECK(network.arm());
  network.release(stack.frames[0]);

  SUBCASE("a frame of more buffers than are there") { fill(fourth, 2); }
  SUBCASE("of none") { fill(fourth, 0); }
  SUBCASE("of more than the ring has") { fill(fourth, 17); }
  receive.push(fourth.head, 72);
  CHECK(network.poll(stack, 16) == 0);
  CHECK(network.transmit(segments, {}, &token) == Status::io_error);
  CHECK(device.transport.status() == 0);
}

TEST_CASE("packed virtio-net: a ring that is full wakes who waits for room") {
  PackedTransport device;
  FakePool memory(1 << 20);
  const auto tables = std::make_unique<drivers::virtio::NetworkTables>();
  drivers::virtio::BasicNetwork<PackedRings> network;
  const char* trouble = nullptr;
  const DeviceEntry entry = fake_entry(DeviceKind::network);
  REQUIRE(ok(network.start({entry, memory.pool, 16, nullptr}, *tables, trouble, &device.transport)));
  const std::uint8_t bytes[60] = {};
  const drivers::TransmitSegment segments[] = {{bytes, 20}, {bytes, 20}, {bytes, 20}};
  for (int i = 0; i < 4; ++i) REQUIRE(ok(network.transmit(segments, {}, nullptr)));
  CHECK(network.transmit(segments, {}, nullptr) == Status::would_block);
  network.flush();
  CHECK(network.arm());
  auto& transmit = device.queue(1);
  unsigned interrupts = 0;
  for (int i = 0; i < 4; ++i) interrupts += transmit.push(transmit.pop().head, 0);
  CHECK(interrupts == 1);
}

TEST_CASE("virtio: a device has the rings that it offers") {
  using Blocks = Either<drivers::virtio::BasicBlock>;
  for (const bool packed : {true, false}) {
    CAPTURE(packed);
    FakePool memory(1 << 16);
    PackedTransport device;
    if (!packed) device.transport.features &= ~wick::virtio::kRingPacked;
    device.transport.set_config<std::uint64_t>(0, 64);
    device.transport.queues = 1;
    // It has given up before it is asked for the serial number, so that nobody has to answer.
    device.transport.on_start = [&] {
      if (packed)
        device.queue(0).push(99, 0);
      else
        device.transport.queue(0).push(99, 0);
    };
    Blocks blocks;
    Blocks::Tables tables;
    const char* trouble = nullptr;
    const DeviceEntry entry = fake_entry(DeviceKind::block);
    REQUIRE(ok(blocks.start({entry, memory.pool, 16, nullptr}, tables, trouble, &device.transport)));
    CHECK(((device.transport.accepted & wick::virtio::kRingPacked) != 0) == packed);
    drivers::Instance instance;
    blocks.present(instance);
    REQUIRE(instance.blocks[0]);
    CHECK(instance.blocks[0]->info().sectors == 64);
  }
}

TEST_CASE("packed virtio: who offers packed rings no more is given up") {
  PackedTransport device;
  device.transport.features &= ~wick::virtio::kRingPacked;
  FakePool memory(1 << 20);
  const auto tables = std::make_unique<drivers::virtio::NetworkTables>();
  drivers::virtio::BasicNetwork<PackedRings> network;
  const char* trouble = nullptr;
  const DeviceEntry entry = fake_entry(DeviceKind::network);
  CHECK(network.start({entry, memory.pool, 16, nullptr}, *tables, trouble, &device.transport) == Status::unsupported);
}
