// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Bringing virtio devices up: the order of the status bits, features, interrupts, and the registers of both transports.

#include <doctest.h>

#include "virtio_fake.h"

using namespace wick;
using namespace wick::test;
using drivers::virtio::Device;
using drivers::virtio::Transport;

namespace {

/// Of a device that gets no memory here.
drivers::Access access_to(const DeviceEntry& device) {
  static drivers::DmaPool none;
  return {device, none, 0, nullptr};
}

/// The transport of the device's bus, by those that are linked.
Transport* transport_of(const DeviceEntry& device, const char*& trouble) {
  for (const auto* kind = wick_transports_start; kind != wick_transports_end; ++kind)
    if (kind->bus == device.bus) return kind->open(access_to(device), trouble);
  return nullptr;
}

}  // namespace

TEST_CASE("virtio device: status bits in the order of the specification") {
  FakeTransport transport;
  transport.features |= drivers::virtio::feature(5) | drivers::virtio::feature(6);
  Device device;
  const char* trouble = nullptr;
  const DeviceEntry entry = fake_entry(DeviceKind::network);
  REQUIRE(ok(device.open(access_to(entry), &transport, drivers::virtio::feature(5), trouble)));
  device.start();
  CHECK(transport.status_history == std::vector<std::uint8_t>{0, 1, 3, 11, 15});
  CHECK(device.has(drivers::virtio::feature(5)));
  CHECK_FALSE(device.has(drivers::virtio::feature(6)));  // offered, not wanted
  CHECK(transport.accepted ==
        (drivers::virtio::kVersion1 | drivers::virtio::kEventIndex | drivers::virtio::feature(5)));
}

TEST_CASE("virtio device: what can't work is refused with a sentence") {
  FakeTransport transport;
  DeviceEntry entry = fake_entry(DeviceKind::network);
  Status wanted = Status::unsupported;
  SUBCASE("legacy device") { transport.features = drivers::virtio::kEventIndex; }
  SUBCASE("features refused") { transport.refuses_features = true; }
  SUBCASE("reset never ends") {
    transport.set_status(1);
    transport.never_resets = true;
    wanted = Status::io_error;
  }
  SUBCASE("no event") {
    entry.event_count = 0;
    wanted = Status::bad_argument;
  }
  Device device;
  const char* trouble = nullptr;
  CHECK(device.open(access_to(entry), &transport, 0, trouble) == wanted);
  CHECK(trouble != nullptr);
}

TEST_CASE("virtio device: queue sizes and interrupts") {
  FakeTransport transport;
  Device device;
  const char* trouble = nullptr;
  DeviceEntry entry = fake_entry(DeviceKind::network);
  SUBCASE("one event for everything") {
    REQUIRE(ok(device.open(access_to(entry), &transport, 0, trouble)));
    CHECK(device.event(0) == event_bit(9));
    CHECK(device.event(1) == event_bit(9));
  }
  SUBCASE("an event each") {
    entry.event_count = 3;
    entry.events[1] = 10;
    entry.events[2] = 11;
    REQUIRE(ok(device.open(access_to(entry), &transport, 0, trouble)));
    CHECK(device.event(0) == event_bit(10));
    CHECK(device.event(1) == event_bit(11));
    CHECK(device.event(2) == event_bit(11));  // beyond the last: shared
    CHECK(device.change_event() == event_bit(9));
  }
  drivers::DmaPool none;
  transport.entries = 96;
  CHECK(device.shape(none, 0, 256).entries == 64);  // a power of two
  CHECK(device.shape(none, 0, 16).entries == 16);
  CHECK(device.shape(none, 2, 16).entries == 0);
  transport.entries = 1024;
  CHECK(device.shape(none, 0, 1024).entries == drivers::virtio::kMaxEntries);
}

TEST_CASE("virtio-mmio: legacy and foreign devices are told apart") {
  alignas(8) std::uint32_t page[128] = {};
  DeviceEntry entry = fake_entry(DeviceKind::network);
  entry.windows[0] = {drivers::device_address(page), sizeof page};
  const char* trouble = nullptr;
  CHECK(transport_of(entry, trouble) == nullptr);
  page[0] = 0x74726976;
  page[1] = 1;
  CHECK(transport_of(entry, trouble) == nullptr);
  CHECK(std::string_view(trouble).find("force-legacy=off") != std::string_view::npos);
  page[1] = 2;
  CHECK(transport_of(entry, trouble) != nullptr);
  entry.windows[0].length = 0x80;
  CHECK(transport_of(entry, trouble) == nullptr);
  CHECK(std::string_view(trouble) == "no virtio-mmio device at this address");
}

TEST_CASE("virtio-mmio: a queue's registers and its doorbell") {
  alignas(8) std::uint32_t page[128] = {0x74726976, 2};
  DeviceEntry entry = fake_entry(DeviceKind::network);
  entry.windows[0] = {drivers::device_address(page), sizeof page};
  const char* trouble = nullptr;
  Transport* const opened = transport_of(entry, trouble);
  REQUIRE(opened);
  Transport& transport = *opened;
  REQUIRE(ok(transport.attach(1, {64, Gpa{0x1'2345'6000}, Gpa{0x1'2345'7000}, Gpa{0x1'2345'8000}}, 0)));
  CHECK(page[0x30 / 4] == 1);
  CHECK(page[0x38 / 4] == 64);
  CHECK(page[0x44 / 4] == 1);
  CHECK(page[0x80 / 4] == 0x2345'6000);
  CHECK(page[0x84 / 4] == 1);
  CHECK(page[0x90 / 4] == 0x2345'7000);
  CHECK(page[0xa0 / 4] == 0x2345'8000);
  CHECK(transport.attach(1, {64, Gpa{0}, Gpa{0}, Gpa{0}}, 0) == Status::io_error);  // it is ready already
  transport.doorbell(1).ring();
  CHECK(page[0x50 / 4] == 1);
  page[0x100 / 4] = 0xddccbbaa;
  CHECK(transport.configuration(0, 4) == 0xddccbbaa);
  CHECK(transport.configuration(1, 1) == 0xbb);
  CHECK(transport.configuration(2, 2) == 0xddcc);
  CHECK(transport.configuration(0x100, 4) == 0);  // beyond the window
  transport.acknowledge_interrupt();
  CHECK(page[0x64 / 4] == 3);
}

TEST_CASE("virtio-pci: a queue's registers, its vector and its doorbell") {
  alignas(8) std::uint8_t common[64] = {}, notify[64] = {}, config[16] = {};
  DeviceEntry entry = fake_entry(DeviceKind::network);
  entry.bus = Bus::virtio_pci;
  entry.notify_multiplier = 4;
  entry.windows[0] = {drivers::device_address(common), sizeof common};
  entry.windows[1] = {drivers::device_address(notify), sizeof notify};
  entry.windows[3] = {drivers::device_address(config), sizeof config};
  const char* trouble = nullptr;
  Transport* const opened = transport_of(entry, trouble);
  REQUIRE(opened);
  Transport& transport = *opened;
  const auto word = [&](unsigned offset) { return static_cast<unsigned>(common[offset] | common[offset + 1] << 8); };
  common[0x12] = 2;    // queues
  common[0x18] = 128;  // entries
  common[0x1e] = 3;    // place of the doorbell
  CHECK(transport.most_entries(1) == 128);
  CHECK(transport.most_entries(2) == 0);
  REQUIRE(ok(transport.attach(1, {64, Gpa{0x1'2345'6000}, Gpa{0x1'2345'7000}, Gpa{0x1'2345'8000}}, 2)));
  CHECK(word(0x16) == 1);
  CHECK(word(0x18) == 64);
  CHECK(word(0x1a) == 2);
  CHECK(word(0x1c) == 1);
  CHECK(word(0x20) == 0x6000);
  CHECK(word(0x24) == 1);
  CHECK(word(0x28) == 0x7000);
  CHECK(word(0x30) == 0x8000);
  transport.doorbell(1).ring();
  CHECK(notify[12] == 1);
  config[3] = 9;
  CHECK(transport.configuration(3, 1) == 9);
  CHECK(transport.configuration(15, 2) == 0);
  common[0x1e] = 16;  // a doorbell beyond the window
  CHECK(transport.attach(0, {64, Gpa{0}, Gpa{0}, Gpa{0}}, 0) == Status::io_error);
  entry.windows[0].length = 16;
  CHECK(transport_of(entry, trouble) == nullptr);
}
