// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// virtio's 9P transport against a fake device.

#include <doctest.h>

#include "virtio_9p/share.h"
#include "virtio_fake.h"

using namespace wick;
using namespace wick::test;

namespace {

struct DeviceRig {
  explicit DeviceRig(std::string_view name = "data") : memory(1 << 13) {
    transport.features |= drivers::virtio::kMountTag;
    transport.queues = 1;
    transport.set_config(0, static_cast<std::uint16_t>(name.size()));
    for (std::size_t i = 0; i < name.size(); i++) transport.set_config(2 + i, name[i]);
  }
  Status start() {
    return share.start({fake_entry(DeviceKind::share), memory.pool, 256, nullptr}, tables, trouble, &transport);
  }
  FakePool memory;
  FakeTransport transport;
  drivers::virtio::ShareDevice::Tables tables;
  drivers::virtio::ShareDevice share;
  const char* trouble = "";
};

}  // namespace

TEST_CASE("virtio-9p: a message goes out, its answer comes back") {
  DeviceRig rig;
  REQUIRE(ok(rig.start()));
  CHECK(rig.share.name() == std::string_view("data"));
  std::uint8_t message[20] = {1, 2}, answer[30] = {};
  std::uint32_t bytes = 0;
  for (int i = 0; i < 10; i++) {
    CHECK(ok(rig.share.ask(message, answer)));
    CHECK(rig.share.ask(message, answer) == Status::would_block);
    CHECK(rig.share.collect(bytes) == Status::would_block);
    CHECK(rig.share.arm());
    const auto chain = rig.transport.queue(0).pop();
    REQUIRE(chain.pieces.size() == 2);
    CHECK((chain.pieces[0].length == 20 && !chain.pieces[0].writable && chain.pieces[0].data == message));
    CHECK((chain.pieces[1].length == 30 && chain.pieces[1].writable));
    CHECK(rig.transport.queue(0).push(chain.head, 12));
    CHECK(ok(rig.share.collect(bytes)));
    CHECK(bytes == 12);
  }
}

TEST_CASE("virtio-9p: a device that lies is given up") {
  DeviceRig rig;
  REQUIRE(ok(rig.start()));
  std::uint8_t message[20] = {}, answer[30] = {};
  std::uint32_t bytes = 0;
  CHECK(ok(rig.share.ask(message, answer)));
  const auto chain = rig.transport.queue(0).pop();
  const unsigned resets = rig.transport.resets;
  rig.transport.queue(0).push(chain.head, 31);
  CHECK(rig.share.collect(bytes) == Status::io_error);
  CHECK(rig.share.collect(bytes) == Status::io_error);
  CHECK(rig.share.ask(message, answer) == Status::io_error);
  CHECK(rig.transport.resets == resets + 1);
}

TEST_CASE("virtio-9p: names that are none") {
  CHECK(DeviceRig("").start() == Status::unsupported);
  CHECK(DeviceRig(std::string(32, 'n')).start() == Status::unsupported);
  CHECK(DeviceRig({"a\0b", 3}).start() == Status::unsupported);
  CHECK(ok(DeviceRig(std::string(31, 'n')).start()));
  DeviceRig nameless;
  nameless.transport.features &= ~drivers::virtio::kMountTag;
  CHECK(nameless.start() == Status::unsupported);
  CHECK(std::string_view(nameless.trouble).find("name") != std::string_view::npos);
}
