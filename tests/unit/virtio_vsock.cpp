// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// virtio-vsock against a fake device that behaves, and one that lies.

#include <doctest.h>

#include "virtio/vsock.h"
#include "virtio_fake.h"

using namespace wick;
using namespace wick::test;
using drivers::virtio::VsockDevice;
using virtio::kVsockPacket;
using virtio::VsockHeader;
using virtio::VsockOperation;

namespace {

struct Heard final : drivers::Vsock::Receiver {
  void arrived(const VsockHeader& header, std::span<const std::uint8_t> data) override {
    ports.push_back(header.to_port);
    bytes.append(reinterpret_cast<const char*>(data.data()), data.size());
  }
  void lost() override { ++losses; }
  std::vector<std::uint32_t> ports;
  std::string bytes;
  unsigned losses = 0;
};

struct VsockRig {
  VsockRig() : memory(VsockDevice::dma_bytes(256)) {
    transport.queues = 3;
    transport.set_config<std::uint64_t>(0, 77);
    const char* trouble = nullptr;
    REQUIRE(ok(vsock.start({fake_entry(DeviceKind::vsock), memory.pool, 256, nullptr}, tables, trouble, &transport)));
  }
  FakeQueue& in() { return transport.queue(0); }
  FakeQueue& out() { return transport.queue(1); }
  FakeQueue& events() { return transport.queue(2); }
  /// @param told what the device says that it has written; 0: what it has
  void bring(VsockHeader header, std::string_view data, std::uint32_t told = 0) {
    const auto chain = in().pop();
    REQUIRE((chain.pieces.size() == 1 && chain.pieces[0].writable && chain.pieces[0].length == kVsockPacket));
    std::memcpy(chain.pieces[0].data, &header, sizeof header);
    std::memcpy(chain.pieces[0].data + sizeof header, data.data(), data.size());
    in().push(chain.head, told ? told : static_cast<std::uint32_t>(sizeof header + data.size()));
  }
  static VsockHeader to(std::uint32_t port, std::uint32_t length) {
    VsockHeader header{};
    header.to_port = port;
    header.length = length;
    header.operation = VsockOperation::data;
    return header;
  }

  FakePool memory;
  FakeTransport transport;
  VsockDevice::Tables tables;
  VsockDevice vsock;
  Heard heard;
};

}  // namespace

TEST_CASE("virtio-vsock: packets go and come") {
  VsockRig rig;
  CHECK(rig.vsock.cid() == 77);
  CHECK(rig.in().waiting() == VsockDevice::kEntries);
  CHECK(rig.events().waiting() == 1);
  const std::uint8_t data[] = {'a', 'b', 'c'};
  for (int i = 0; i < 50; ++i) {
    CHECK(ok(rig.vsock.transmit(rig.to(5, 3), data)));
    rig.vsock.flush();
    CHECK_FALSE(rig.vsock.idle());
    const auto chain = rig.out().pop();
    REQUIRE(chain.pieces.size() == 1);
    CHECK(chain.pieces[0].length == sizeof(VsockHeader) + 3);
    CHECK(std::memcmp(chain.pieces[0].data + sizeof(VsockHeader), "abc", 3) == 0);
    rig.out().push(chain.head, 0);
    CHECK(rig.vsock.idle());
    rig.bring(rig.to(static_cast<std::uint32_t>(i), 2), "xy");
    CHECK(rig.vsock.poll(rig.heard, 10) == 1);
  }
  CHECK(rig.heard.bytes.size() == 100);
  CHECK(rig.heard.ports.back() == 49);
  CHECK(rig.in().waiting() == VsockDevice::kEntries);
  CHECK(rig.vsock.arm());
}

TEST_CASE("virtio-vsock: there is so much room, and no longer packet than that") {
  VsockRig rig;
  const std::vector<std::uint8_t> data(virtio::kVsockData + 1);
  CHECK(rig.vsock.transmit(rig.to(1, 0), data) == Status::bad_argument);
  unsigned sent = 0;
  while (ok(rig.vsock.transmit(rig.to(1, 0), std::span(data).first(virtio::kVsockData)))) ++sent;
  CHECK(sent == VsockDevice::kEntries);
  CHECK(rig.vsock.room() == 0);
  rig.vsock.flush();
  rig.out().push(rig.out().pop().head, 0);
  CHECK(rig.vsock.room() == 1);
}

TEST_CASE("virtio-vsock: a packet that says more than it has, and one that is too short, are none") {
  VsockRig rig;
  rig.bring(rig.to(1, 3), "xy");
  rig.bring(rig.to(2, 0xffff'ffff), "xy");
  rig.bring(rig.to(3, 0), "", sizeof(VsockHeader) - 1);
  rig.bring(rig.to(4, 1), "xy");  // what stands behind it isn't its
  CHECK(rig.vsock.poll(rig.heard, 10) == 4);
  CHECK(rig.heard.ports == std::vector<std::uint32_t>{4});
  CHECK(rig.heard.bytes == "x");
  CHECK(rig.heard.losses == 0);
}

TEST_CASE("virtio-vsock: connections are lost when the device says so, and when it lies") {
  VsockRig rig;
  const auto event = rig.events().pop();
  rig.events().push(event.head, 4);
  (void)rig.vsock.poll(rig.heard, 10);
  CHECK(rig.heard.losses == 1);
  CHECK(rig.events().waiting() == 1);
  CHECK_FALSE(rig.vsock.broken());
  rig.bring(rig.to(1, 1), "x", kVsockPacket + 1);
  (void)rig.vsock.poll(rig.heard, 10);
  CHECK(rig.heard.losses == 2);
  CHECK(rig.vsock.broken());
  CHECK(rig.vsock.room() == 0);
  CHECK(rig.vsock.transmit(rig.to(1, 0), {}) == Status::io_error);
  CHECK(rig.vsock.poll(rig.heard, 10) == 0);
  CHECK(rig.heard.losses == 2);
  CHECK(rig.heard.ports.empty());
}
