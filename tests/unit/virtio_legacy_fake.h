// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A legacy virtio device for tests, written from the specification, with hv before it: the registers behind its ports,
// and memory whose pages have numbers of 32 bits.

#include <doctest.h>
#include <sys/mman.h>

#include "virtio_fake.h"
#include "virtio_legacy/bus.h"

namespace wick::test {

using namespace drivers::virtio_legacy;

/// DMA memory below 2 GiB: the number of a page has 32 bits.
struct LowPool {
  static constexpr std::size_t kBytes = 1 << 20;
  LowPool()
      : memory(static_cast<std::uint8_t*>(
            mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0))) {
    REQUIRE(memory != MAP_FAILED);
    std::memset(memory, 0xa5, kBytes);
    pool = drivers::DmaPool(drivers::device_address(memory), kBytes);
  }
  ~LowPool() { munmap(memory, kBytes); }
  LowPool(const LowPool&) = delete;
  LowPool& operator=(const LowPool&) = delete;

  std::uint8_t* memory;
  drivers::DmaPool pool;
};

/// hv and the device behind it: `notify` has one access done, as hv does it, on registers as the device has them.
struct LegacyMachine {
  explicit LegacyMachine(std::uint16_t configuration = 24) {
    current = this;
    ports.configuration = configuration;
    ports.length = 128;
  }
  ~LegacyMachine() { current = nullptr; }
  LegacyMachine(const LegacyMachine&) = delete;
  LegacyMachine& operator=(const LegacyMachine&) = delete;

  static DeviceEntry entry(DeviceKind kind) {
    DeviceEntry device = fake_entry(kind);
    device.bus = kBus;
    device.number = kNumbers + kNumbersEach;
    device.windows[0] = {drivers::device_address(&ports), sizeof ports};
    return device;
  }

  static drivers::virtio::Transport* open(const char*& trouble) {
    static drivers::DmaPool none;
    const DeviceEntry device = entry(DeviceKind::network);
    for (const auto* kind = wick_transports_start; kind != wick_transports_end; ++kind)
      if (kind->bus == kBus) return kind->open({device, none, 0, notify}, trouble);
    return nullptr;
  }
  /// The one of all tests: there is room for a few, and they stay.
  static drivers::virtio::Transport* transport() {
    const char* trouble = "";
    static drivers::virtio::Transport* const opened = open(trouble);
    REQUIRE(opened);
    return opened;
  }

  static Status notify(std::uint32_t number) {
    const std::uint32_t what = number - kNumbers - kNumbersEach;
    REQUIRE(what < kNumbersEach);
    what == 0 ? current->reach() : void(++current->rung[what - 1]);
    return Status::ok;
  }

  void reach() {
    Ports& access = ports;
    REQUIRE((access.width == 1 || access.width == 2 || access.width == 4));
    if (access.offset + access.width > access.length) {
      access.value = 0;
    } else if (access.offset >= access.configuration) {
      REQUIRE_FALSE(access.writes);
      access.value = 0;
      if (torn_reads != 0) --torn_reads, ++config[4];
      std::memcpy(&access.value, config + access.offset - access.configuration, access.width);
    } else if (access.writes) {
      write(access.offset, access.width, access.value);
    } else {
      access.value = read(access.offset, access.width);
    }
  }

  std::uint32_t read(unsigned offset, unsigned width) {
    switch (offset << 4 | width) {
      case 0 << 4 | 4:
        return features;
      case 8 << 4 | 4:
        return pages[selected];
      case 12 << 4 | 2:
        return selected < queues ? entries : 0;
      case 18 << 4 | 1:
        return status;
      case 19 << 4 | 1:
        ++acknowledged;
        return 1;
      case 22 << 4 | 2:
        REQUIRE(ports.configuration == 24);
        return refuses_vectors ? 0xffff : vectors[selected];
      default:
        FAIL("no register is read at ", offset, " with ", width, " bytes");
        return 0;
    }
  }

  void write(unsigned offset, unsigned width, std::uint32_t value) {
    switch (offset << 4 | width) {
      case 4 << 4 | 4:
        CHECK((value & ~features) == 0);
        accepted = value;
        break;
      case 8 << 4 | 4:
        pages[selected] = value;
        if (value != 0) make_live(std::uint64_t{value} << 12);
        break;
      case 14 << 4 | 2:
        selected = static_cast<std::uint16_t>(value % 4);
        break;
      case 18 << 4 | 1:
        history.push_back(static_cast<std::uint8_t>(value));
        status = static_cast<std::uint8_t>(value);
        if (value == 0) std::memset(pages, keeps_pages, sizeof pages);
        if ((value & 4) != 0 && on_start) on_start();
        break;
      case 20 << 4 | 2:
        REQUIRE(ports.configuration == 24);
        CHECK(value == 0);
        break;
      case 22 << 4 | 2:
        REQUIRE(ports.configuration == 24);
        vectors[selected] = static_cast<std::uint16_t>(value);
        break;
      default:
        FAIL("no register is written at ", offset, " with ", width, " bytes");
    }
  }

  /// §2.7.2: descriptors, then the available ring, then the used ring on the next page.
  void make_live(std::uint64_t start) {
    const std::uint64_t available = start + 16u * entries;
    const std::uint64_t used = (available + 2u * (3 + entries) + 4095) / 4096 * 4096;
    const drivers::virtio::QueueMemory memory{entries, Gpa{start}, Gpa{available}, Gpa{used}};
    live[selected] = std::make_unique<FakeQueue>(memory, (accepted & drivers::virtio::kEventIndex) != 0);
  }

  static inline LegacyMachine* current = nullptr;
  static inline Ports ports{};
  std::uint32_t features = drivers::virtio::kEventIndex, accepted = 0;
  std::uint16_t entries = 256, queues = 2, selected = 0;
  std::uint32_t pages[4]{};
  std::uint16_t vectors[4]{};
  std::uint8_t status = 0, config[128]{};
  bool refuses_vectors = false, keeps_pages = false;
  unsigned acknowledged = 0, torn_reads = 0, rung[kMostQueues]{};
  std::vector<std::uint8_t> history;
  std::unique_ptr<FakeQueue> live[4];
  std::function<void()> on_start;
};

}  // namespace wick::test
