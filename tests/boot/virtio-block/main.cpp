// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include "boot/devices.h"
#include "check.h"
#include "sched/thread.h"
#include "time/clock.h"

using namespace wick;
using drivers::BlockOperation;
using drivers::BlockRequest;

namespace {

constexpr std::uint32_t kBytes = 64 * 1024;

drivers::Block* disk;

void done(BlockRequest&) {}

// Sleeps until the device has something, as the layer above a driver does; only a lost interrupt makes it wait long.
// The disk is a volume, too, whose own look at the device may be the one that ends a request: its status tells.
template <typename Condition>
void wait_until(Condition holds) {
  static sched::WaitQueue arrived;
  static sched::EventHandler handler(disk->info().events, [](sched::EventHandler&, EventMask) { arrived.wake_all(); });
  static bool attached = (handler.attach(), true);
  CHECK(attached);
  while (!holds()) {
    disk->poll(done);
    if (holds()) break;
    if (disk->arm()) CHECK(arrived.wait_until(time::now() + Nanoseconds{10'000'000'000}));
  }
}

Status run(BlockOperation operation, std::uint64_t sector, void* data, std::uint32_t length) {
  BlockRequest request{operation, sector, data, length, Status::ok, nullptr, nullptr};
  const Status status = disk->submit(request);
  if (!ok(status)) return status;
  CHECK(request.status == Status::would_block);
  disk->flush_queue();
  wait_until([&] { return request.status != Status::would_block; });
  return request.status;
}

void fill(std::uint8_t* data, unsigned seed) {
  for (std::uint32_t i = 0; i < kBytes; ++i) data[i] = static_cast<std::uint8_t>(i * 31 + (i >> 8) + seed);
}

// More requests than the ring holds, each to its own place, in whatever order they end.
void many(std::uint8_t* data) {
  constexpr unsigned kCount = 128;
  static BlockRequest requests[kCount];
  fill(data, 9);
  for (const BlockOperation operation : {BlockOperation::write, BlockOperation::read}) {
    unsigned refused = 0, asked = 0;
    const auto ended = [&] {
      return std::count_if(requests, requests + asked,
                           [](const BlockRequest& one) { return one.status != Status::would_block; });
    };
    for (unsigned i = 0; i < kCount; asked = ++i) {
      requests[i] = {operation, 1024 + i, data + i * 512, 512, Status::ok, nullptr, nullptr};
      Status status;
      while ((status = disk->submit(requests[i])) == Status::would_block) {
        ++refused;
        disk->flush_queue();
        wait_until([&, before = ended()] { return ended() > before || ended() == asked; });
      }
      CHECK(ok(status));
    }
    disk->flush_queue();
    wait_until([&] { return ended() == kCount; });
    CHECK(refused > 0);
    for (const BlockRequest& request : requests) CHECK(ok(request.status));
    if (operation == BlockOperation::write) memset(data, 0, kCount * 512);
  }
  static std::uint8_t expected[kBytes];
  fill(expected, 9);
  CHECK(memcmp(data, expected, kCount * 512) == 0);
}

}  // namespace

int main() {
  constexpr std::string_view kSerial = "wick-test-disk";
  disk = devices::block_by_serial(kSerial.data(), static_cast<unsigned>(kSerial.size()));
  CHECK(disk);
  const drivers::BlockInfo info = disk->info();
  CHECK(info.sectors == (4u << 20) / 512);
  CHECK(info.serial == kSerial);
  CHECK(!info.read_only && info.can_flush && info.can_discard);
  CHECK(devices::block_by_serial("another-disk", 12));
  CHECK(!devices::block_by_serial("no-disk", 7));

  auto* written = static_cast<std::uint8_t*>(devices::dma_pool().take(kBytes, 512));
  auto* read = static_cast<std::uint8_t*>(devices::dma_pool().take(kBytes, 512));
  CHECK(written && read);
  for (const std::uint64_t sector : {std::uint64_t{0}, std::uint64_t{777}, info.sectors - kBytes / 512}) {
    fill(written, static_cast<unsigned>(sector));
    memset(read, 0, kBytes);
    CHECK(ok(run(BlockOperation::write, sector, written, kBytes)));
    CHECK(ok(run(BlockOperation::flush, 0, nullptr, 0)));
    CHECK(ok(run(BlockOperation::read, sector, read, kBytes)));
    CHECK(memcmp(written, read, kBytes) == 0);
  }
  CHECK(ok(run(BlockOperation::discard, 0, nullptr, kBytes)));
  CHECK(ok(run(BlockOperation::read, 777, read, kBytes)));  // the neighbours of what was dropped are still there
  fill(written, 777);
  CHECK(memcmp(written, read, kBytes) == 0);
  many(read);

  CHECK(run(BlockOperation::read, info.sectors, read, 512) == Status::bad_argument);
  CHECK(run(BlockOperation::write, info.sectors - 1, written, 1024) == Status::bad_argument);
  CHECK(run(BlockOperation::write, 0, written, 100) == Status::bad_argument);
  return success();
}
