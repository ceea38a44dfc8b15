// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The link of a virtio network, as a fake device tells it.

#include <doctest.h>

#include "virtio/network.h"
#include "virtio_fake.h"

using namespace wick;
using namespace wick::test;
using drivers::virtio::feature;
using drivers::virtio::NetworkDevice;

namespace {

constexpr std::uint64_t kTellsOfLink = feature(16);

struct Rig : drivers::Network::Receiver {
  explicit Rig(std::uint64_t features) : memory(1 << 17), tables(std::make_unique<NetworkDevice::Tables>()) {
    transport.features |= features;
    const char* trouble = nullptr;
    REQUIRE(
        ok(network.start({fake_entry(DeviceKind::network), memory.pool, 16, nullptr}, *tables, trouble, &transport)));
  }
  void received(drivers::ReceiveBuffer*) override {}
  void transmitted(void*) override {}
  void link_returned() override { ++returns; }

  /// @return whether it is up, behind so many changes of the configuration
  bool look(std::uint8_t status, unsigned changes) {
    transport.config[6] = status;
    transport.changes += changes;
    return network.look_at_link(*this);
  }

  FakePool memory;
  std::unique_ptr<NetworkDevice::Tables> tables;
  FakeTransport transport;
  NetworkDevice network;
  unsigned returns = 0;
};

}  // namespace

TEST_CASE("virtio-net: a link that returns is told of once, whether it was seen to fall or not") {
  Rig rig(kTellsOfLink);
  CHECK_FALSE(rig.look(0, 1));  // it is down from the start
  CHECK(rig.returns == 0);
  CHECK(rig.look(1, 1));
  CHECK(rig.returns == 1);
  CHECK(rig.look(1, 0));  // the event was about nothing
  CHECK(rig.returns == 1);
  CHECK(rig.look(1, 2));  // down and up between two looks
  CHECK(rig.returns == 2);
  CHECK_FALSE(rig.look(0, 0));
  CHECK(rig.look(1, 0));  // a legacy device counts no changes
  CHECK(rig.returns == 3);
}

TEST_CASE("virtio-net: a device that doesn't tell of its link has one that is up and stays") {
  Rig rig(0);
  CHECK(rig.look(0, 0));
  CHECK(rig.returns == 0);
}
