// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Legacy virtio devices: the transport by their ports, and virtio's drivers on it.

#include <doctest.h>

#include <string_view>

#include "virtio/block.h"
#include "virtio/network.h"
#include "virtio_legacy_fake.h"

using namespace wick;
using namespace wick::test;
using drivers::TransmitSegment;
using drivers::virtio::BlockDevice;
using drivers::virtio::feature;
using drivers::virtio::NetworkDevice;

namespace {

constexpr std::uint64_t kMergeable = feature(15);

struct NetworkRig : drivers::Network::Receiver {
  explicit NetworkRig(std::uint64_t features = 0, std::uint16_t configuration = 24) : machine(configuration) {
    machine.features |= static_cast<std::uint32_t>(features);
  }
  Status start(std::uint32_t ring = 16) { return start(memory.pool, ring); }
  Status start(drivers::DmaPool& pool, std::uint32_t ring) {
    const DeviceEntry entry = machine.entry(DeviceKind::network);
    return network.start({entry, pool, ring, LegacyMachine::notify}, *tables, trouble, LegacyMachine::transport());
  }
  void received(drivers::ReceiveBuffer* frame) override { frames.push_back(frame); }
  void transmitted(void* token) override { tokens.push_back(token); }

  void arrive(std::uint32_t header_bytes, std::uint32_t frame_bytes) {
    const auto chain = machine.live[0]->pop();
    REQUIRE(chain.pieces.size() == 1);
    REQUIRE(chain.pieces[0].length >= header_bytes + 1518);
    CHECK((raw(drivers::device_address(chain.pieces[0].data)) + header_bytes + 14) % 4 == 0);  // the IP header
    drivers::virtio::NetworkHeader header{};
    header.buffers = 1;
    std::memcpy(chain.pieces[0].data, &header, header_bytes);
    std::memset(chain.pieces[0].data + header_bytes, 0x33, frame_bytes);
    machine.live[0]->push(chain.head, header_bytes + frame_bytes);
  }

  LowPool memory;
  LegacyMachine machine;
  std::unique_ptr<NetworkDevice::Tables> tables = std::make_unique<NetworkDevice::Tables>();
  NetworkDevice network;
  const char* trouble = "";
  std::vector<drivers::ReceiveBuffer*> frames;
  std::vector<void*> tokens;
};

const std::uint8_t kBytes[64] = {1, 2, 3};

}  // namespace

TEST_CASE("legacy virtio: status and features as devices of before 1.0 know them") {
  NetworkRig rig(kMergeable | feature(5) | feature(16) | feature(24) | feature(27));
  rig.machine.config[5] = 7;
  rig.machine.config[6] = 1;
  REQUIRE(ok(rig.start()));
  CHECK(rig.machine.history == std::vector<std::uint8_t>{0, 1, 3, 7});  // no FEATURES_OK
  CHECK(rig.machine.accepted == (kMergeable | feature(5) | feature(16) | feature(27) | drivers::virtio::kEventIndex));
  CHECK(rig.network.info().mac[5] == 7);
  CHECK(rig.network.info().link_up);
  CHECK(rig.machine.rung[0] == 1);
}

TEST_CASE("legacy virtio: the header before a frame is of 10 bytes, or of 12 with merged buffers") {
  for (const std::uint32_t header : {10u, 12u}) {
    NetworkRig rig(header == 12 ? kMergeable : 0);
    REQUIRE(ok(rig.start()));
    const TransmitSegment segment{kBytes, 64};
    REQUIRE(ok(rig.network.transmit({&segment, 1}, {}, &rig)));
    rig.network.flush();
    CHECK(rig.machine.rung[1] == 1);
    const auto chain = rig.machine.live[1]->pop();
    REQUIRE(chain.pieces.size() == 2);
    CHECK(chain.pieces[0].length == header);
    CHECK(chain.pieces[1].length == 64);
    rig.machine.live[1]->push(chain.head, header + 64);  // such devices count what they have read as well
    rig.arrive(header, 60);
    CHECK(rig.network.poll(rig, 8) == 1);
    CHECK(rig.tokens == std::vector<void*>{&rig});
    REQUIRE(rig.frames.size() == 1);
    CHECK(rig.frames[0]->length == 60);
    CHECK(rig.frames[0]->data[0] == 0x33);
    rig.machine.live[0]->push(rig.machine.live[0]->pop().head, header - 1);  // less than a header
    CHECK(rig.network.poll(rig, 8) == 0);
    CHECK(rig.network.transmit({&segment, 1}, {}, nullptr) == Status::io_error);
    CHECK(rig.machine.status == 0);
  }
}

TEST_CASE("legacy virtio: a queue of the device's size, of which the driver uses what it has room for") {
  for (const std::uint16_t entries : {16, 256, 1024}) {
    NetworkRig rig(kMergeable);
    rig.machine.entries = entries;
    REQUIRE(ok(rig.start()));
    CHECK(rig.machine.live[0]->waiting() == 16);
    unsigned sent = 0;
    const TransmitSegment segment{kBytes, 64};
    for (unsigned round = 0; round < 3000; ++round) {  // all indices wrap, those of the ring and those of 16 bits
      while (ok(rig.network.transmit({&segment, 1}, {}, nullptr))) ++sent;
      rig.network.flush();
      FakeQueue& queue = *rig.machine.live[1];
      while (queue.has_work()) queue.push(queue.pop().head, 0);
      for (unsigned i = 0; i < 8; ++i) rig.arrive(12, 60);
      REQUIRE(rig.network.poll(rig, 8) == 8);
      for (auto* frame : rig.frames) rig.network.release(frame);
      rig.frames.clear();
    }
    CHECK(sent == 8 * 3000);
  }
}

TEST_CASE("legacy virtio: what can't work is given up in one sentence") {
  NetworkRig rig(kMergeable);
  SUBCASE("a queue of more entries than there is room for") { rig.machine.entries = 2048; }
  SUBCASE("a size that is no power of two") { rig.machine.entries = 96; }
  SUBCASE("no queue") { rig.machine.entries = 0; }
  SUBCASE("one queue only") { rig.machine.queues = 1; }
  SUBCASE("no vector to spare") { rig.machine.refuses_vectors = true; }
  SUBCASE("a queue that is live after the reset") { rig.machine.keeps_pages = true; }
  CHECK(rig.start() == Status::io_error);
  CHECK(std::string_view(rig.trouble) == "the network device does not take its queues");
  CHECK((rig.machine.status & 128) != 0);
  LegacyMachine::ports.length = 20;
  CHECK(LegacyMachine::open(rig.trouble) == nullptr);
  CHECK(std::string_view(rig.trouble) == "the legacy virtio device has fewer ports than registers");
}

TEST_CASE("legacy virtio: memory that the number of a page doesn't reach, or too little, is refused") {
  NetworkRig rig(kMergeable);
  FakePool high(1 << 20);  // where a 64-bit host has its heap
  CHECK_FALSE(ok(rig.start(high.pool, 16)));
  CHECK(std::string_view(rig.trouble) == "the network device does not take its queues");
  drivers::DmaPool small(drivers::device_address(rig.memory.memory), 16384);
  CHECK(rig.start(small, 16) == Status::no_memory);
}

TEST_CASE("legacy virtio: without message interrupts the interrupt is taken back, and the configuration is elsewhere") {
  for (const std::uint16_t configuration : {20, 24}) {
    NetworkRig rig(kMergeable | feature(5), configuration);
    rig.machine.config[0] = 0x52;
    REQUIRE(ok(rig.start()));
    CHECK(rig.network.info().mac[0] == 0x52);
    CHECK(rig.network.arm());
    CHECK(rig.machine.acknowledged == (configuration == 20));
  }
}

TEST_CASE("legacy virtio: a disk, whose lengths may be wrong and whose heads may not") {
  LowPool memory;
  LegacyMachine machine;
  machine.queues = 1;
  machine.entries = 128;
  machine.features |= static_cast<std::uint32_t>(feature(6) | feature(9));
  machine.config[0] = 64;
  machine.config[21] = 2;   // blocks of 512 bytes
  machine.torn_reads = 5;   // the capacity changes under the first looks at it
  machine.on_start = [&] {  // the question for its serial number is answered before it is asked
    auto* used = reinterpret_cast<UsedRing*>((std::uint64_t{machine.pages[0]} << 12) + 4096);
    used->ring[0] = {0, 21};
    used->index = 1;
  };
  auto tables = std::make_unique<BlockDevice::Tables>();
  BlockDevice block;
  const char* trouble = "";
  const DeviceEntry entry = machine.entry(DeviceKind::block);
  REQUIRE(
      ok(block.start({entry, memory.pool, 256, LegacyMachine::notify}, *tables, trouble, LegacyMachine::transport())));
  CHECK(block.info().sectors == (64 | 5ull << 32));
  CHECK(block.info().block_size == 512);
  CHECK(block.info().can_flush);

  FakeQueue& queue = *machine.live[0];
  (void)queue.pop();  // that question
  queue.jump(1);
  alignas(8) std::uint8_t data[512];
  drivers::BlockRequest request{drivers::BlockOperation::write, 3, data, 512, Status::ok, nullptr, nullptr};
  REQUIRE(ok(block.submit(request)));
  block.flush_queue();
  const auto chain = queue.pop();
  REQUIRE(chain.pieces.size() == 3);
  *chain.pieces[2].data = 0;
  queue.push(chain.head, 529);  // all of it, as old devices count
  CHECK(block.poll([](drivers::BlockRequest&) {}) == 1);
  CHECK(request.status == Status::ok);

  REQUIRE(ok(block.submit(request)));
  block.flush_queue();
  queue.push(127, 1);  // not under way
  CHECK(block.poll([](drivers::BlockRequest&) {}) == 1);
  CHECK(request.status == Status::io_error);
  CHECK(machine.status == 0);
  CHECK(block.submit(request) == Status::io_error);
}
