// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The back ends, with the real front ends before them.
#include <doctest.h>

#include "abi/call.h"
#include "backend_fake.h"
#include "class/driver.h"
#include "virtio/block.h"
#include "virtio/network.h"

using namespace wick;
using namespace wick::test;

namespace {

constexpr unsigned kEvent = 8;

struct Collect final : drivers::Network::Receiver {
  explicit Collect(drivers::Network& device) : device(device) {}
  void received(drivers::ReceiveBuffer* frame) override {
    std::vector<std::uint8_t> bytes;
    for (auto* piece = frame; piece;) {
      bytes.insert(bytes.end(), piece->data, piece->data + piece->length);
      auto* next = piece->next;
      device.release(piece);
      piece = next;
    }
    frames.push_back(std::move(bytes));
  }
  void transmitted(void* token) override { tokens.push_back(token); }
  drivers::Network& device;
  std::vector<std::vector<std::uint8_t>> frames;
  std::vector<void*> tokens;
};

struct NetworkPair {
  explicit NetworkPair(std::uint16_t entries = 64) : pool(4 << 20) {
    entry = backend.start(below, page, 0);
    fake_host = {&pool, &backend, 0};
    const char* trouble = nullptr;
    REQUIRE(ok(front.start({entry, pool.pool, entries, wick_call_notify}, tables, trouble)));
  }
  ~NetworkPair() { fake_host = {}; }
  FakePool pool;
  alignas(4096) DevicePage page;
  FakeNetwork below;
  hv::NetworkBackend backend;
  DeviceEntry entry;
  drivers::virtio::NetworkDevice front;
  drivers::virtio::NetworkDevice::Tables tables;
};

std::vector<std::uint8_t> pattern(std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + 1);
  return bytes;
}

}  // namespace

TEST_CASE("network back end: a front end learns the device and sends through it without a copy") {
  NetworkPair pair;
  const auto info = pair.front.info();
  CHECK(info.mac[0] == 2);
  CHECK(info.link_up);
  CHECK(info.offload.segment4);
  CHECK_FALSE(info.offload.segment6);

  auto* data = static_cast<std::uint8_t*>(pair.pool.pool.take(100, 64));
  std::fill_n(data, 100, std::uint8_t{0x5a});
  const drivers::TransmitSegment segments[] = {{data, 60}, {data + 60, 40}};
  int token = 0;
  REQUIRE(ok(pair.front.transmit(segments, {.checksum = true, .checksum_start = 34, .checksum_offset = 16}, &token)));
  pair.front.flush();
  REQUIRE(pair.below.sent.size() == 1);
  CHECK(pair.below.sent[0].bytes.size() == 100);
  CHECK(pair.below.sent[0].hints.checksum_start == 34);

  pair.backend.serve();
  Collect collect(pair.front);
  pair.front.poll(collect, 10);
  REQUIRE(collect.tokens.size() == 1);
  CHECK(collect.tokens[0] == &token);
}

TEST_CASE("network back end: frames arrive whole, also over several buffers, and raise one event when it is wanted") {
  NetworkPair pair;
  Collect collect(pair.front);
  REQUIRE(pair.front.arm());
  pair.below.arriving = {pattern(60), pattern(1514), pattern(9000)};
  const auto expected = pair.below.arriving;
  pair.backend.serve();
  CHECK(fake_host.events == 1ull << kEvent);
  pair.front.poll(collect, 10);
  CHECK(collect.frames == expected);
  CHECK(pair.below.released == 3);
}

TEST_CASE("network back end: a link that returns below is another configuration for the guest, behind one event") {
  FakeNetwork below;
  alignas(4096) DevicePage page;
  hv::NetworkBackend backend;
  below.link_up = false;
  backend.start(below, page, 0);
  fake_host = {nullptr, &backend, 0};
  const auto serve = [&] {
    fake_host.events = 0;
    const std::uint32_t before = page.generation;
    backend.serve();
    return page.generation - before;
  };
  const std::uint8_t& status = page.configuration[offsetof(virtio::NetworkConfiguration, status)];
  CHECK(serve() == 0);
  CHECK(status == 0);
  for (unsigned round = 0; round < 3; ++round) {
    if (round == 1) below.arriving = {pattern(60)};  // it says so by itself, frames or not
    below.link_up = true;
    (round == 2 ? below.returns_when_asked : below.returns) = true;
    CHECK(serve() == 1);
    CHECK(status == virtio::kLinkUp);
    CHECK(fake_host.events == 1ull << kEvent);
    CHECK(serve() == 0);
    CHECK(fake_host.events == 0);
  }
  fake_host = {};
}

TEST_CASE("network back end: it looks again while frames come faster than it can ask for an event") {
  NetworkPair pair;
  pair.below.late.assign(20, pattern(60));
  unsigned looks = 1;
  while (pair.backend.serve() && looks < 100) ++looks;
  CHECK(pair.below.released == 20);
  CHECK(looks < 100);
}

TEST_CASE("network back end: a doorbell for more frames than one look takes asks for another") {
  NetworkPair pair(256);
  auto* data = static_cast<std::uint8_t*>(pair.pool.pool.take(64, 64));
  const drivers::TransmitSegment segment{data, 60};
  fake_host.device = nullptr;  // the doorbell waits until the ring is full
  unsigned frames = 0;
  while (ok(pair.front.transmit({&segment, 1}, {}, data))) ++frames;
  pair.front.flush();
  fake_host.device = &pair.backend;
  REQUIRE(frames > 64);
  CHECK(pair.backend.notified(1));
  CHECK(pair.below.sent.size() == 64);
  while (pair.backend.serve()) continue;
  CHECK(pair.below.sent.size() == frames);
}

TEST_CASE("network back end: a full ring below holds frames back and loses none") {
  NetworkPair pair;
  pair.below.room = 2;
  pair.below.sending = false;
  auto* data = static_cast<std::uint8_t*>(pair.pool.pool.take(64, 64));
  for (int i = 0; i < 6; ++i) {
    const drivers::TransmitSegment segment{data, 60};
    REQUIRE(ok(pair.front.transmit({&segment, 1}, {}, data + i)));
  }
  pair.front.flush();
  CHECK(pair.below.sent.size() == 2);
  pair.below.sending = true;
  for (int i = 0; i < 6; ++i) pair.backend.serve();
  CHECK(pair.below.sent.size() == 6);
  Collect collect(pair.front);
  pair.front.poll(collect, 1);
  CHECK(collect.tokens.size() == 6);
}

TEST_CASE("network back end: a guest that goes takes nothing with it") {
  NetworkPair pair;
  pair.below.sending = false;
  auto* data = static_cast<std::uint8_t*>(pair.pool.pool.take(64, 64));
  const drivers::TransmitSegment segment{data, 60};
  REQUIRE(ok(pair.front.transmit({&segment, 1}, {}, data)));
  pair.front.flush();
  pair.below.sending = true;
  pair.backend.reset();
  CHECK(pair.below.finished == 1);  // waited for: the memory is the next guest's
  pair.below.arriving = {pattern(60)};
  pair.backend.serve();
  CHECK(pair.below.released == 1);  // dropped: nobody listens
  CHECK(pair.page.status == 0);
}

TEST_CASE("device page: features that were refused are never used, and those agreed on stay") {
  constexpr std::uint32_t kFeaturesOk = 8, kDriverOk = 4, kNeedsReset = 64;
  constexpr std::uint64_t kVersion1 = 1ull << 32, kNotOffered = 1ull << 12, kMac = 1ull << 5;
  NetworkPair pair;
  const auto wish = [&](std::uint32_t status) {
    pair.page.status = status;
    (void)pair.backend.control();
    return pair.page.status;
  };
  const auto begin = [&](std::uint64_t features) {
    DeviceQueue queues[kDeviceQueues];
    std::ranges::copy(pair.page.queues, queues);
    wish(0);
    std::ranges::copy(queues, pair.page.queues);
    pair.page.accepted = features;
  };
  REQUIRE((pair.page.offered & kNotOffered) == 0);
  for (const std::uint64_t bad : {kVersion1 | kNotOffered, kMac, std::uint64_t{0}, ~std::uint64_t{0}}) {
    begin(bad);
    CHECK(wish(3 | kFeaturesOk) == 3);
    CHECK((wish(3 | kFeaturesOk | kDriverOk) & kNeedsReset) != 0);
    begin(bad);
    CHECK((wish(3 | kFeaturesOk | kDriverOk) & kNeedsReset) != 0);
  }
  begin(kVersion1 | kMac);
  CHECK((wish(3 | kDriverOk) & kNeedsReset) != 0);  // nobody has agreed on anything
  begin(kVersion1 | kMac);
  CHECK(wish(3 | kFeaturesOk | kDriverOk) == (3 | kFeaturesOk | kDriverOk));  // with the rings is soon enough
  CHECK(pair.backend.save().accepted == (kVersion1 | kMac));
  begin(kVersion1 | kMac);
  CHECK(wish(3 | kFeaturesOk) == (3 | kFeaturesOk));
  pair.page.accepted = kVersion1;
  CHECK(wish(3 | kFeaturesOk) == 3);  // too late
  pair.page.accepted = kNotOffered;   // and of no interest any more
  CHECK(wish(3 | kFeaturesOk | kDriverOk) == (3 | kFeaturesOk | kDriverOk));
  CHECK(pair.backend.save().accepted == (kVersion1 | kMac));
  auto saved = pair.backend.save();
  saved.accepted |= kNotOffered;
  CHECK_FALSE(ok(pair.backend.restore(saved)));
}

TEST_CASE("block back end: it looks again while the disk can't be asked for an event") {
  alignas(4096) static DevicePage page;
  FakeDisk disk;
  hv::BlockBackend backend;
  (void)backend.start(disk, page, 0);
  disk.unquiet = 9;
  unsigned looks = 1;
  while (backend.serve() && looks < 100) ++looks;
  CHECK(disk.unquiet == 0);
  CHECK(looks < 100);
}

TEST_CASE("block back end: what is written is read back, through the real front end") {
  FakePool pool(1 << 20);
  alignas(4096) static DevicePage page;
  FakeDisk disk;
  hv::BlockBackend backend;
  const auto entry = backend.start(disk, page, 0);
  fake_host = {&pool, &backend, 0};
  drivers::virtio::BlockDevice front;
  drivers::virtio::BlockDevice::Tables tables;
  const char* trouble = nullptr;
  REQUIRE(ok(front.start({entry, pool.pool, 64, wick_call_notify}, tables, trouble)));
  CHECK(std::string_view(front.info().serial) == "volume");
  CHECK(front.info().sectors == 64);

  auto* data = static_cast<std::uint8_t*>(pool.pool.take(1024, 512));
  std::fill_n(data, 1024, std::uint8_t{0x42});
  static unsigned finished;
  finished = 0;
  const auto run = [&](drivers::BlockOperation operation, std::uint64_t sector, std::uint32_t length) {
    drivers::BlockRequest request{operation, sector, data, length, Status::ok, nullptr, nullptr};
    const auto status = front.submit(request);
    if (!ok(status)) return status;
    front.flush_queue();
    backend.serve();
    front.poll([](drivers::BlockRequest&) { ++finished; });
    return request.status;
  };
  CHECK(ok(run(drivers::BlockOperation::write, 3, 1024)));
  std::fill_n(data, 1024, std::uint8_t{0});
  CHECK(ok(run(drivers::BlockOperation::read, 3, 1024)));
  CHECK(data[0] == 0x42);
  CHECK(data[1023] == 0x42);
  CHECK(ok(run(drivers::BlockOperation::flush, 0, 0)));
  CHECK(disk.flushes == 1);
  CHECK(ok(run(drivers::BlockOperation::discard, 3, 512)));
  CHECK(disk.bytes[3 * 512] == 0);
  CHECK(disk.bytes[4 * 512] == 0x42);
  CHECK(finished == 4);

  // The front end hears of a disk's growth when it asks, and so does one that comes after a reset.
  disk.sectors = 1ull << 33;
  CHECK(front.info().sectors == 64);
  CHECK(run(drivers::BlockOperation::read, 64, 512) == Status::bad_argument);
  const auto generation = page.generation;
  CHECK(front.look_again().sectors == 1ull << 33);
  CHECK(front.info().sectors == 1ull << 33);
  CHECK(page.generation != generation);
  backend.reset();
  std::uint64_t capacity;
  std::memcpy(&capacity, page.configuration, sizeof capacity);
  CHECK(capacity == 1ull << 33);
  fake_host = {};
}
