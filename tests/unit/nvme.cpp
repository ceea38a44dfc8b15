// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The NVMe driver against a fake controller.

#include "devices/nvme/nvme.h"

#include <doctest.h>

#include <algorithm>

#include "nvme_fake.h"

using namespace wick;
using namespace wick::test;
using drivers::BlockOperation;
using drivers::BlockRequest;

namespace {

unsigned done_count;
void done(BlockRequest&) { ++done_count; }

struct Rig {
  explicit Rig(std::uint32_t block_size = 512) : memory(1 << 20) {
    done_count = 0;
    fake.block_size = block_size;
  }
  Status start(std::uint32_t ring = 16) {
    const DeviceEntry entry = fake.entry();
    const std::uint64_t before = memory.pool.left();
    const Status status = fake.beside([&] { return disk.start({entry, memory.pool, ring, nullptr}, tables, trouble); });
    CHECK(before - memory.pool.left() <= hv::nvme::Device::dma_bytes(ring));
    return status;
  }
  Status run(BlockRequest& request) {
    const Status status = disk.submit(request);
    if (!ok(status)) return status;
    CHECK(request.status == Status::would_block);
    disk.flush_queue();
    fake.serve();
    CHECK(disk.poll(done) == 1);
    return request.status;
  }

  FakePool memory;
  FakeNvme fake;
  hv::nvme::Device::Tables tables{};
  hv::nvme::Device disk;
  const char* trouble = nullptr;
};

BlockRequest request(BlockOperation operation, std::uint64_t sector, void* data, std::uint32_t length) {
  return {operation, sector, data, length, Status::ok, nullptr, nullptr};
}

struct alignas(4096) Buffer {
  std::uint8_t bytes[256 * 1024];
};

}  // namespace

TEST_CASE("nvme: what the controller says of itself") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  const drivers::BlockInfo info = rig.disk.info();
  CHECK(info.sectors == 512);
  CHECK(info.block_size == 512);
  CHECK(std::string_view(info.serial) == "disk-number-one");
  CHECK(info.can_flush);
  CHECK(info.can_discard);
  CHECK(info.most_discard == 0xffff'fe00);
  CHECK_FALSE(info.read_only);
  CHECK(info.events == event_bit(9));
}

TEST_CASE("nvme: written, flushed, read back, discarded, through every shape of a page list") {
  for (const std::uint32_t block : {512u, 4096u}) {
    Rig rig(block);
    REQUIRE(ok(rig.start()));
    static Buffer data, back;
    for (unsigned i = 0; i < sizeof data.bytes; ++i) data.bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 4096);
    for (const std::uint32_t offset : {0u, 4u, 512u, 4092u}) {
      for (const std::uint32_t length : {4096u, 8192u, 12288u, 128u * 1024}) {
        std::memset(back.bytes, 0, sizeof back.bytes);
        BlockRequest write = request(BlockOperation::write, 8, data.bytes + offset, length);
        CHECK(ok(rig.run(write)));
        CHECK(std::memcmp(rig.fake.content.data() + 4096, data.bytes + offset, length) == 0);
        BlockRequest read = request(BlockOperation::read, 8, back.bytes + offset, length);
        CHECK(ok(rig.run(read)));
        CHECK(std::memcmp(data.bytes + offset, back.bytes + offset, length) == 0);
      }
    }
    BlockRequest flush = request(BlockOperation::flush, 0, nullptr, 0);
    CHECK(ok(rig.run(flush)));
    CHECK(rig.fake.flushes == 1);
    BlockRequest discard = request(BlockOperation::discard, 16, nullptr, 8192);
    CHECK(ok(rig.run(discard)));
    CHECK(rig.fake.discarded.start == 8192 / block);
    CHECK(rig.fake.discarded.blocks == 8192 / block);
  }
}

TEST_CASE("nvme: refused before the controller sees it") {
  Rig rig(4096);
  rig.fake.most_data = 4;  // 64 KiB
  REQUIRE(ok(rig.start()));
  CHECK(rig.disk.info().most_bytes == 64 * 1024);
  static Buffer data;
  const std::uint64_t end = 512;
  for (const auto& [sector, length, offset] : {std::tuple{end, 4096u, 0u},
                                               {end - 8, 8192u, 0u},
                                               {~0ull - 7, 4096u, 0u},
                                               {0ull, 0u, 0u},
                                               {0ull, 512u, 0u},
                                               {1ull, 4096u, 0u},
                                               {0ull, 4096u, 2u},
                                               {0ull, 68u * 1024, 0u}}) {
    BlockRequest read = request(BlockOperation::read, sector, data.bytes + offset, length);
    CHECK(rig.disk.submit(read) == Status::bad_argument);
  }
  CHECK(rig.fake.io_commands == 0);
}

TEST_CASE("nvme: as many requests as fit, around the ends of the queues") {
  Rig rig;
  REQUIRE(ok(rig.start(8)));
  static Buffer data;
  unsigned expected = 0;
  for (unsigned round = 0; round < 9; ++round) {
    BlockRequest requests[8];
    for (unsigned i = 0; i < 7; ++i) {
      requests[i] = request(BlockOperation::read, i, data.bytes + i * 512, 512);
      CHECK(ok(rig.disk.submit(requests[i])));
    }
    requests[7] = request(BlockOperation::read, 7, data.bytes, 512);
    CHECK(rig.disk.submit(requests[7]) == Status::would_block);
    CHECK(rig.disk.arm());
    rig.disk.flush_queue();
    rig.fake.serve();
    CHECK_FALSE(rig.disk.arm());
    CHECK(rig.disk.poll(done) == 7);
    expected += 7;
    CHECK(done_count == expected);
    for (unsigned i = 0; i < 7; ++i) CHECK(ok(requests[i].status));
    CHECK(rig.fake.completions_acknowledged());
    CHECK(rig.disk.arm());
  }
}

TEST_CASE("nvme: errors of the controller reach the request") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  static Buffer data;
  rig.fake.forced_status = 0x281;
  BlockRequest read = request(BlockOperation::read, 0, data.bytes, 512);
  CHECK(rig.run(read) == Status::io_error);
  rig.fake.forced_status = 0;
  CHECK(rig.run(read) == Status::ok);
}

TEST_CASE("nvme: a controller that completes what it was not given is stopped") {
  for (const std::uint16_t offset : {std::uint16_t{1}, std::uint16_t{0x7fff}}) {
    Rig rig;
    REQUIRE(ok(rig.start()));
    static Buffer data;
    BlockRequest read = request(BlockOperation::read, 0, data.bytes, 512);
    REQUIRE(ok(rig.disk.submit(read)));
    rig.disk.flush_queue();
    rig.fake.forced_id_offset = offset;
    rig.fake.serve();
    CHECK(rig.fake.beside([&] { return rig.disk.poll(done); }) == 1);
    CHECK(read.status == Status::io_error);
    CHECK_FALSE(rig.fake.enabled());
    CHECK(rig.disk.submit(read) == Status::io_error);
    CHECK(rig.disk.poll(done) == 0);
  }
}

TEST_CASE("nvme: a controller that fails under a request is noticed") {
  Rig rig;
  REQUIRE(ok(rig.start()));
  static Buffer data;
  BlockRequest read = request(BlockOperation::read, 0, data.bytes, 512);
  REQUIRE(ok(rig.disk.submit(read)));
  CHECK(rig.disk.arm());
  rig.fake.fail();
  CHECK_FALSE(rig.disk.arm());
  CHECK(rig.fake.beside([&] { return rig.disk.poll(done); }) == 1);
  CHECK(read.status == Status::io_error);
}

TEST_CASE("nvme: controllers that can't be used say why") {
  {
    Rig rig(4096);
    rig.fake.refuses_queues = true;
    CHECK(rig.start() == Status::io_error);
    CHECK(std::string_view(rig.trouble) == "the NVMe controller does not take its queues");
  }
  {
    Rig rig;
    rig.fake.never_ready = true;
    CHECK(rig.start() == Status::io_error);
    CHECK(std::string_view(rig.trouble) == "the NVMe controller does not start");
  }
  {
    Rig rig;
    rig.memory.pool = drivers::DmaPool(Gpa{0x1000}, 4096);
    rig.memory.pool.take_uncleared(4096, 1);
    CHECK(rig.start() == Status::no_memory);
  }
  {
    Rig rig;
    DeviceEntry entry = rig.fake.entry();
    entry.windows[0].length = 4096;
    CHECK(rig.disk.start({entry, rig.memory.pool, 16, nullptr}, rig.tables, rig.trouble) == Status::unsupported);
  }
}
