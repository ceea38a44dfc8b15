// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// blkfront and the back end that it meets, for its tests.

#include "xen/block.h"
#include "xen_fake_disk.h"

namespace wick::test {

using namespace drivers;
using namespace drivers::xen;

struct DiskRig {
  FakeXen xen;
  FakeXenDisk disk{xen};
  std::unique_ptr<BlockDevice::Tables> tables = std::make_unique<BlockDevice::Tables>();
  std::unique_ptr<BlockDevice> device = std::make_unique<BlockDevice>();
  const char* trouble = "";

  Status start() { return device->start(xen.access(DeviceKind::block), *tables, trouble); }
  static inline unsigned done_count = 0;
  unsigned poll() {
    done_count = 0;
    const unsigned count = device->poll([](BlockRequest&) { ++done_count; });
    CHECK(count == done_count);
    return count;
  }
  /// Grants while nothing is under way: the ring's, and those of lists of segments.
  unsigned given() const { return xen.nodes.at(FakeXenDisk::kBack + "feature-max-indirect-segments") == "256" ? 3 : 1; }
  std::uint8_t* memory(std::uint64_t bytes) { return static_cast<std::uint8_t*>(xen.pool().take(bytes, 512)); }
  /// One request, from beginning to end.
  Status run(BlockOperation operation, std::uint64_t sector, void* data, std::uint32_t length) {
    BlockRequest request{operation, sector, data, length, Status::ok, nullptr, nullptr};
    if (const Status status = device->submit(request); !ok(status)) return status;
    device->flush_queue();
    CHECK(poll() == 1);
    return request.status;
  }
};

}  // namespace wick::test
