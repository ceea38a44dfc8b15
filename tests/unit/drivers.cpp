// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What every driver says of itself: it takes its own devices and no other, and no more memory than it declares.

#include <doctest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "class/driver.h"
#include "hyperv/bus.h"
#include "loopback/bus.h"
#include "virtio/block.h"
#include "virtio/console.h"
#include "virtio/entropy.h"
#include "virtio/network.h"
#include "virtio_fake.h"
#include "virtio_legacy/bus.h"
#include "xen/bus.h"

using namespace wick;
using namespace wick::test;
using drivers::Driver;

namespace {

const Driver& driver(std::string_view name) {
  const auto* found =
      std::find_if(wick_drivers_start, wick_drivers_end, [&](const Driver& one) { return one.name == name; });
  REQUIRE(found != wick_drivers_end);
  return *found;
}

/// Of those linked, who is for it.
std::vector<std::string_view> takers(const DeviceEntry& device) {
  std::vector<std::string_view> names;
  for (const auto* one = wick_drivers_start; one != wick_drivers_end; ++one)
    if (match(*one, device)) names.push_back(one->name);
  return names;
}

DeviceEntry pci(std::uint32_t identity, std::uint32_t class_code) {
  DeviceEntry device{};
  device.bus = Bus::pci;
  device.identity = identity;
  for (unsigned i = 0; i < 3; ++i) device.class_code[i] = static_cast<std::uint8_t>(class_code >> 8 * i);
  return device;
}

using Names = std::vector<std::string_view>;
constexpr std::uint32_t kEthernet = 0x020000;

/// Starts a device with a pool of exactly what its driver declares, which begins at an address that suits nothing.
template <typename Device>
void start_with_declared_memory(std::string_view name, DeviceKind kind, std::uint32_t ring, bool legacy = false) {
  const std::uint64_t bytes = driver(name).dma_bytes(ring);
  auto memory = std::make_unique<std::uint8_t[]>(bytes + 4097);
  const std::uint64_t start = (raw(drivers::device_address(memory.get())) + 4095) & ~4095ull;
  drivers::DmaPool pool(Gpa{start + 1}, bytes);
  FakeTransport transport;
  transport.is_legacy = legacy;
  if (legacy) transport.entries = drivers::virtio_legacy::kMaxEntries;
  transport.set_config(0, std::uint64_t{8});
  std::atomic<bool> started = kind != DeviceKind::block;
  transport.on_start = [&] { started = true; };
  // A disk is asked for its serial number at once: another thread is the disk meanwhile.
  std::thread answering([&] {
    if (kind != DeviceKind::block) return;
    while (!started) std::this_thread::yield();
    FakeQueue& queue = transport.queue(0);
    while (!queue.has_work()) std::this_thread::yield();
    const auto chain = queue.pop();
    *chain.pieces.back().data = 0;
    queue.push(chain.head, 21);
  });
  auto tables = std::make_unique<typename Device::Tables>();
  auto device = std::make_unique<Device>();
  const char* trouble = "";
  const DeviceEntry entry = fake_entry(kind);
  const Status status = device->start({entry, pool, ring, nullptr}, *tables, trouble, &transport);
  started = true;
  answering.join();
  CHECK_MESSAGE(ok(status), name, " with rings of ", ring, ": ", trouble);
  CHECK(pool.left() < bytes / 2);  // what is declared is no guess into the blue
}

}  // namespace

TEST_CASE("drivers: a device of PCI is taken by its own driver and by no other") {
  CHECK(takers(pci(0x100e8086, kEthernet)) == Names{"e1000"});
  CHECK(takers(pci(0x10d38086, kEthernet)) == Names{"e1000"});
  // Another chip of that maker, a Realtek of the same number, VMware's graphics, nobody, and a function that is gone.
  for (const std::uint32_t other : {0x10d38087u, 0x100e10ecu, 0x040515adu, 0u, ~0u})
    CHECK(takers(pci(other, kEthernet)).empty());
  for (const std::uint32_t maker : {0x00101b36u, 0x58458086u}) CHECK(takers(pci(maker, 0x010802)) == Names{"nvme"});
  for (const std::uint32_t other : {0x010601u, 0x010801u, 0x020802u, 0u}) CHECK(takers(pci(1, other)).empty());
}

TEST_CASE("drivers: a bus that says which class a device has is believed") {
  for (const Bus bus : {Bus::virtio_mmio, Bus::virtio_pci, Bus::page}) {
    DeviceEntry device{};
    device.bus = bus;
    device.notify_multiplier = 0x100e8086;  // the same bytes as an e1000's identity
    device.kind = DeviceKind::network;
    // One image has either of the two: the one with packed rings drives split ones as well.
    CHECK(takers(device) ==
          (bus == Bus::page ? Names{"virtio/network"} : Names{"virtio/network", "virtio_packed/network"}));
    device.kind = DeviceKind::block;
    CHECK(takers(device) == (bus == Bus::page ? Names{"virtio/block"} : Names{"virtio/block", "virtio_packed/block"}));
    device.kind = DeviceKind::none;
    CHECK(takers(device).empty());
    device.kind = static_cast<DeviceKind>(8);  // an adapter of disks, which hv doesn't serve
    CHECK(takers(device) == (bus == Bus::page ? Names{} : Names{"virtio_scsi/block"}));
  }
  DeviceEntry legacy{};
  legacy.bus = drivers::virtio_legacy::kBus;
  legacy.kind = DeviceKind::network;
  CHECK(takers(legacy) == Names{"virtio_legacy/network"});
  legacy.kind = static_cast<DeviceKind>(8);
  CHECK(takers(legacy) == Names{"virtio_scsi/block"});
  CHECK(takers(pci(0x07b015ad, kEthernet)) == Names{"vmware/network"});
  CHECK(takers(pci(0x07c015ad, 0x010700)) == Names{"vmware/block"});
  DeviceEntry device{};
  device.bus = drivers::loopback::kBus;  // a bus of one family's own
  device.kind = DeviceKind::network;
  CHECK(takers(device) == Names{"loopback/network"});
  device.kind = DeviceKind::block;
  CHECK(takers(device).empty());
  device.bus = drivers::xen::kBus;
  CHECK(takers(device) == Names{"xen/block"});
  device.kind = DeviceKind::network;
  CHECK(takers(device) == Names{"xen/network"});
  device.bus = drivers::hyperv::kBus;
  CHECK(takers(device) == Names{"hyperv/network"});
  device.kind = DeviceKind::block;
  CHECK(takers(device) == Names{"hyperv/block"});
}

TEST_CASE(
    "drivers: a network of Xen's, whose buffers are pages, asks for no more memory than virtio's, a disk for a few") {
  CHECK(driver("xen/network").dma_bytes(256) <= driver("virtio/network").dma_bytes(256));
  constexpr std::uint64_t kRingAndLists = 3 * 4096;
  CHECK(driver("xen/block").dma_bytes(256) < kRingAndLists + 4096);  // to begin at a page
}

TEST_CASE("drivers: none takes more memory than it declares") {
  for (const std::uint32_t ring : {16u, 32u, 48u, 256u, 1024u}) {
    start_with_declared_memory<drivers::virtio::NetworkDevice>("virtio/network", DeviceKind::network, ring);
    start_with_declared_memory<drivers::virtio::BlockDevice>("virtio/block", DeviceKind::block, ring);
    start_with_declared_memory<drivers::virtio::ConsoleDevice>("virtio/console", DeviceKind::console, ring);
    start_with_declared_memory<drivers::virtio::EntropyDevice>("virtio/entropy", DeviceKind::entropy, ring);
    constexpr bool kLegacy = true;
    start_with_declared_memory<drivers::virtio::NetworkDevice>("virtio_legacy/network", DeviceKind::network, ring,
                                                               kLegacy);
    start_with_declared_memory<drivers::virtio::BlockDevice>("virtio_legacy/block", DeviceKind::block, ring, kLegacy);
    start_with_declared_memory<drivers::virtio::ConsoleDevice>("virtio_legacy/console", DeviceKind::console, ring,
                                                               kLegacy);
    start_with_declared_memory<drivers::virtio::EntropyDevice>("virtio_legacy/entropy", DeviceKind::entropy, ring,
                                                               kLegacy);
  }
}
