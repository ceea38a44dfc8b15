// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// virtio-blk against a fake device that holds a small disk.

#include <doctest.h>

#include <atomic>
#include <thread>

#include "virtio/block.h"
#include "virtio_fake.h"

using namespace wick;
using namespace wick::test;
using drivers::BlockOperation;
using drivers::BlockRequest;
using drivers::virtio::BlockDevice;
using drivers::virtio::feature;

namespace {

constexpr std::uint64_t kSectors = 64;
constexpr std::uint64_t kAll = feature(6) | feature(9) | feature(13);

struct Answer {
  std::uint16_t head;
  std::uint32_t length;
};

/// Answers requests as the specification says.
class Disk {
 public:
  std::vector<std::uint8_t> content = std::vector<std::uint8_t>(kSectors * 512);
  unsigned flushes = 0;
  std::uint8_t forced_status = 0;
  std::uint64_t discarded_sector = 0;
  std::uint32_t discarded_sectors = 0;

  Answer answer(const FakeQueue::Chain& chain) {
    const auto& pieces = chain.pieces;
    REQUIRE(pieces[0].length == 16);
    std::uint32_t type;
    std::uint64_t sector;
    std::memcpy(&type, pieces[0].data, 4);
    std::memcpy(&sector, pieces[0].data + 8, 8);
    REQUIRE(pieces.back().writable);
    REQUIRE(pieces.back().length == 1);
    std::uint32_t written = 1;
    if (type == 0) {
      REQUIRE(pieces[1].writable);
      std::memcpy(pieces[1].data, content.data() + sector * 512, pieces[1].length);
      written += pieces[1].length;
    } else if (type == 1) {
      std::memcpy(content.data() + sector * 512, pieces[1].data, pieces[1].length);
    } else if (type == 4) {
      REQUIRE(pieces.size() == 2);
      ++flushes;
    } else if (type == 8) {
      REQUIRE(pieces[1].length == 20);
      std::memcpy(pieces[1].data, "disk-number-one\0\0\0\0\0", 20);
      written += 20;
    } else {
      REQUIRE(type == 11);
      REQUIRE(pieces[1].length == 16);
      std::memcpy(&discarded_sector, pieces[1].data, 8);
      std::memcpy(&discarded_sectors, pieces[1].data + 8, 4);
    }
    *pieces.back().data = forced_status;
    return {chain.head, written};
  }
};

unsigned done_count;
void done(BlockRequest&) { ++done_count; }

struct Rig {
  explicit Rig(std::uint64_t features = kAll, std::uint32_t block_size = 512) : memory(1 << 16) {
    done_count = 0;
    transport.features |= features;
    transport.set_config<std::uint64_t>(0, kSectors);
    transport.set_config<std::uint32_t>(20, block_size);
    transport.set_config<std::uint32_t>(36, 32);
    const char* trouble = nullptr;
    const DeviceEntry entry = fake_entry(DeviceKind::block);
    // Bringing the device up waits for its serial number: another thread is the device meanwhile.
    std::thread answering([&] {
      while (!ready) std::this_thread::yield();
      FakeQueue& queue = transport.queue(0);
      while (!queue.has_work()) std::this_thread::yield();
      const Answer answer = disk.answer(queue.pop());
      queue.push(answer.head, answer.length);
    });
    transport.on_start = [&] { ready = true; };
    REQUIRE(ok(block.start({entry, memory.pool, 256, nullptr}, tables, trouble, &transport)));
    answering.join();
  }

  void serve() {
    FakeQueue& queue = transport.queue(0);
    while (queue.has_work()) {
      const Answer answer = disk.answer(queue.pop());
      queue.push(answer.head, answer.length);
    }
  }
  Status run(BlockRequest& request) {
    const Status status = block.submit(request);
    if (!ok(status)) return status;
    CHECK(request.status == Status::would_block);
    block.flush_queue();
    serve();
    CHECK(block.poll(done) == 1);
    return request.status;
  }

  FakePool memory;
  std::atomic<bool> ready = false;
  Disk disk;
  FakeTransport transport;
  BlockDevice::Tables tables;
  BlockDevice block;
};

BlockRequest request(BlockOperation operation, std::uint64_t sector, void* data, std::uint32_t length) {
  return {operation, sector, data, length, Status::ok, nullptr, nullptr};
}

}  // namespace

TEST_CASE("virtio-blk: a disk that has grown is as large as it is by now, for who asks") {
  Rig rig;
  std::uint8_t data[512];
  auto beyond = request(BlockOperation::write, kSectors, data, 512);
  CHECK(rig.block.submit(beyond) == Status::bad_argument);
  rig.transport.set_config<std::uint64_t>(0, 1ull << 34);
  CHECK(rig.block.info().sectors == kSectors);
  CHECK(rig.block.look_again().sectors == 1ull << 34);
  CHECK(ok(rig.block.submit(beyond)));
}

TEST_CASE("virtio-blk: what the device says of itself") {
  Rig rig;
  const drivers::BlockInfo info = rig.block.info();
  CHECK(info.sectors == kSectors);
  CHECK(info.block_size == 512);
  CHECK(std::string_view(info.serial) == "disk-number-one");
  CHECK(info.can_flush);
  CHECK(info.can_discard);
  CHECK(info.most_discard == 32 * 512);
  CHECK_FALSE(info.read_only);
  CHECK(info.events == event_bit(9));
}

TEST_CASE("virtio-blk: written, flushed, read back, discarded") {
  Rig rig;
  std::uint8_t data[1024], back[1024];
  for (unsigned i = 0; i < sizeof data; ++i) data[i] = static_cast<std::uint8_t>(i * 7);
  BlockRequest write = request(BlockOperation::write, 62, data, sizeof data);
  CHECK(ok(rig.run(write)));
  BlockRequest flush = request(BlockOperation::flush, 0, nullptr, 0);
  CHECK(ok(rig.run(flush)));
  CHECK(rig.disk.flushes == 1);
  BlockRequest read = request(BlockOperation::read, 62, back, sizeof back);
  CHECK(ok(rig.run(read)));
  CHECK(std::memcmp(data, back, sizeof data) == 0);
  BlockRequest discard = request(BlockOperation::discard, 3, nullptr, 8 * 512);
  CHECK(ok(rig.run(discard)));
  CHECK(rig.disk.discarded_sector == 3);
  CHECK(rig.disk.discarded_sectors == 8);
}

TEST_CASE("virtio-blk: errors of the device reach the request") {
  Rig rig;
  std::uint8_t data[512];
  BlockRequest read = request(BlockOperation::read, 0, data, sizeof data);
  rig.disk.forced_status = 1;
  CHECK(rig.run(read) == Status::io_error);
  rig.disk.forced_status = 2;
  CHECK(rig.run(read) == Status::unsupported);
  rig.disk.forced_status = 0xff;  // never written
  CHECK(rig.run(read) == Status::io_error);
}

TEST_CASE("virtio-blk: requests outside of the device are refused") {
  Rig rig;
  std::uint8_t data[512];
  for (const auto& [sector, length] : {std::pair{kSectors, 512u},
                                       {kSectors - 1, 1024u},
                                       {~0ull, 512u},
                                       {0ull, 0u},
                                       {0ull, 100u},
                                       {0ull, 0xffff'fe00u}}) {
    BlockRequest read = request(BlockOperation::read, sector, data, length);
    CHECK(rig.block.submit(read) == Status::bad_argument);
  }
  BlockRequest discard = request(BlockOperation::discard, 0, nullptr, 33 * 512);
  CHECK(rig.block.submit(discard) == Status::bad_argument);
}

TEST_CASE("virtio-blk: what was not offered is not done") {
  Rig rig(feature(5));
  std::uint8_t data[512];
  BlockRequest write = request(BlockOperation::write, 0, data, sizeof data);
  CHECK(rig.block.submit(write) == Status::denied);
  BlockRequest flush = request(BlockOperation::flush, 0, nullptr, 0);
  CHECK(rig.block.submit(flush) == Status::unsupported);
}

TEST_CASE("virtio-blk: blocks of 4 KiB are read and written whole") {
  Rig rig(kAll, 4096);
  CHECK(rig.block.info().block_size == 4096);
  std::vector<std::uint8_t> data(8192, 0x5a);
  BlockRequest whole = request(BlockOperation::write, 8, data.data(), 8192);
  CHECK(rig.run(whole) == Status::ok);
  BlockRequest sector = request(BlockOperation::read, 0, data.data(), 512);
  CHECK(rig.block.submit(sector) == Status::bad_argument);
  BlockRequest within = request(BlockOperation::write, 1, data.data(), 4096);
  CHECK(rig.block.submit(within) == Status::bad_argument);
}

TEST_CASE("virtio-blk: a size of blocks that is none is refused") {
  for (const std::uint32_t size : {0u, 1u, 256u, 1000u, 0x8000'0001u}) {
    CAPTURE(size);
    FakePool memory(1 << 16);
    FakeTransport transport;
    transport.features |= kAll;
    transport.set_config<std::uint64_t>(0, kSectors);
    transport.set_config<std::uint32_t>(20, size);
    BlockDevice::Tables tables;
    BlockDevice block;
    const char* trouble = nullptr;
    CHECK(block.start({fake_entry(DeviceKind::block), memory.pool, 256, nullptr}, tables, trouble, &transport) ==
          Status::unsupported);
    CHECK(trouble != nullptr);
  }
}

TEST_CASE("virtio-blk: as many under way as the ring holds") {
  Rig rig;
  std::uint8_t data[512];
  std::vector<BlockRequest> requests(64, request(BlockOperation::read, 0, data, sizeof data));
  unsigned submitted = 0;
  while (ok(rig.block.submit(requests[submitted]))) ++submitted;
  CHECK(submitted == BlockDevice::Tables::kEntries / 3);
  CHECK(rig.block.submit(requests[submitted]) == Status::would_block);
  CHECK(rig.block.arm());
  rig.block.flush_queue();
  rig.serve();
  CHECK_FALSE(rig.block.arm());
  CHECK(rig.block.poll(done) == submitted);
  CHECK(done_count == submitted);
}

TEST_CASE("virtio-blk: a lying device is stopped and its requests fail") {
  Rig rig;
  std::uint8_t data[512];
  BlockRequest first = request(BlockOperation::read, 0, data, sizeof data);
  BlockRequest second = request(BlockOperation::write, 0, data, sizeof data);
  REQUIRE(ok(rig.block.submit(first)));
  REQUIRE(ok(rig.block.submit(second)));
  rig.block.flush_queue();
  const FakeQueue::Chain chain = rig.transport.queue(0).pop();
  SUBCASE("too long") { rig.transport.queue(0).push(chain.head, 514); }
  SUBCASE("unknown") { rig.transport.queue(0).push(77, 1); }
  CHECK(rig.block.poll(done) == 2);
  CHECK(first.status == Status::io_error);
  CHECK(second.status == Status::io_error);
  CHECK(rig.block.submit(first) == Status::io_error);
  CHECK(rig.transport.status() == 0);
}
