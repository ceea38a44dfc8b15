// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// An NVMe controller for tests, written from the specification and apart from the driver: a register file in ordinary
// memory that somebody has to look at (`serve`), and a small disk behind it. It can behave, and it can lie.

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "devices/nvme/commands.h"
#include "virtio_fake.h"

namespace wick::test {

class FakeNvme {
 public:
  std::uint32_t block_size = 512;
  std::vector<std::uint8_t> content = std::vector<std::uint8_t>(256 * 1024);
  std::uint8_t most_data = 5;       ///< 128 KiB
  std::uint16_t forced_status = 0;  ///< of I/O commands, without the phase
  std::uint16_t forced_id_offset = 0;
  bool never_ready = false, refuses_queues = false;
  unsigned flushes = 0, io_commands = 0;
  hv::nvme::Range discarded{};

  FakeNvme() {
    std::memset(registers_, 0, sizeof registers_);
    // 64 entries, contiguous queues only, 20 s to get ready (the thread beside may have to wait for a processor), NVM
    // command set.
    set64(0x00, 63 | 1u << 16 | 40u << 24 | 1ull << 37);
  }

  DeviceEntry entry() {
    DeviceEntry entry{};
    entry.bus = Bus::pci;
    entry.kind = DeviceKind::block;
    entry.event_count = 1;
    entry.events[0] = 9;
    entry.windows[0] = {drivers::device_address(registers_), sizeof registers_};
    return entry;
  }

  /// Runs `what` while another thread is the controller.
  template <typename What>
  auto beside(What what) {
    std::atomic<bool> over = false;
    std::thread controller([&] {
      while (!over) serve();
    });
    auto result = what();
    over = true;
    controller.join();
    return result;
  }

  /// Looks at the registers once and does what they ask for.
  void serve() {
    const bool enabled = get(0x14) & 1;
    if (!enabled) {
      admin_ = io_ = {};
      set(0x1c, 0);
    } else if (!never_ready) {
      if (!(get(0x1c) & 1)) {
        admin_ = {get64(0x28), get64(0x30), (get(0x24) & 0xfff) + 1, 0, 0};
        set(0x1000, 0);
        set(0x1008, 0);
      }
      set(0x1c, get(0x1c) | 1);
      run(admin_, 0x1000, [this](const hv::nvme::Command& command) { return administer(command); });
      run(io_, 0x1008, [this](const hv::nvme::Command& command) { return transfer(command); });
    }
  }
  void fail() { set(0x1c, 2); }
  bool enabled() { return get(0x14) & 1; }
  bool completions_acknowledged() { return get(0x100c) == io_.done % io_.entries; }

 private:
  struct Queue {
    std::uint64_t submissions = 0, completions = 0;
    std::uint32_t entries = 0, seen = 0, done = 0;
  };

  std::uint32_t get(std::size_t at) {
    return std::atomic_ref(*reinterpret_cast<std::uint32_t*>(registers_ + at)).load();
  }
  void set(std::size_t at, std::uint32_t value) {
    std::atomic_ref(*reinterpret_cast<std::uint32_t*>(registers_ + at)).store(value);
  }
  std::uint64_t get64(std::size_t at) { return get(at) | std::uint64_t{get(at + 4)} << 32; }
  void set64(std::size_t at, std::uint64_t value) {
    set(at, static_cast<std::uint32_t>(value));
    set(at + 4, static_cast<std::uint32_t>(value >> 32));
  }

  template <typename Do>
  void run(Queue& queue, std::size_t doorbell, Do perform) {
    while (queue.entries && queue.seen % queue.entries != get(doorbell)) {
      hv::nvme::Command command;
      std::memcpy(&command, reinterpret_cast<void*>(queue.submissions + queue.seen++ % queue.entries * 64), 64);
      const std::uint16_t status = perform(command);
      auto* completion = reinterpret_cast<hv::nvme::Completion*>(queue.completions) + queue.done % queue.entries;
      const std::uint16_t phase = queue.done / queue.entries % 2 == 0 ? 1 : 0;
      ++queue.done;
      const bool io = &queue == &io_;
      completion->id = static_cast<std::uint16_t>(command.id + (io ? forced_id_offset : 0));
      std::atomic_ref(completion->status).store(static_cast<std::uint16_t>(status << 1 | phase));
    }
  }

  std::uint16_t administer(const hv::nvme::Command& command) {
    auto* answer = reinterpret_cast<std::uint8_t*>(command.data);
    switch (command.opcode) {
      case 0x06:
        std::memset(answer, 0, 4096);
        if (command.word10 == 1) {
          std::memcpy(answer + 4, "disk-number-one     ", 20);
          answer[77] = most_data;
          answer[520] = 4;
        } else if (command.word10 == 2) {
          answer[0] = 7;
        } else {
          REQUIRE(command.name_space == 7);
          const std::uint64_t blocks = content.size() / block_size;
          std::memcpy(answer, &blocks, 8);
          answer[26] = 1;  // the second format
          answer[128 + 4 + 2] = block_size == 512 ? 9 : 12;
        }
        return 0;
      case 0x05:
        io_.completions = command.data;
        io_.entries = (command.word10 >> 16) + 1;
        return refuses_queues ? 1 : 0;
      case 0x01:
        REQUIRE((command.word11 >> 16) == 1);
        io_.submissions = command.data;
        return 0;
      default:
        REQUIRE(command.opcode == 0x09);
        return 0;
    }
  }

  std::uint16_t transfer(const hv::nvme::Command& command) {
    ++io_commands;
    REQUIRE(command.name_space == 7);
    const std::uint64_t start = command.word10 | std::uint64_t{command.word11} << 32;
    if (command.opcode == 0x00) {
      ++flushes;
    } else if (command.opcode == 0x09) {
      std::memcpy(&discarded, reinterpret_cast<void*>(command.data), sizeof discarded);
    } else {
      std::uint64_t at = start * block_size;
      for (const auto& [piece, length] : pieces(command)) {
        if (command.opcode == 0x02) std::memcpy(piece, content.data() + at, length);
        if (command.opcode == 0x01) std::memcpy(content.data() + at, piece, length);
        at += length;
      }
    }
    return forced_status;
  }

  /// §4.3
  std::vector<std::pair<std::uint8_t*, std::size_t>> pieces(const hv::nvme::Command& command) const {
    std::vector<std::pair<std::uint8_t*, std::size_t>> out;
    std::size_t left = ((command.word12 & 0xffff) + 1) * std::size_t{block_size};
    const auto add = [&](std::uint64_t address) {
      const std::size_t length = std::min<std::size_t>(left, 4096 - address % 4096);
      out.emplace_back(reinterpret_cast<std::uint8_t*>(address), length);
      left -= length;
    };
    add(command.data);
    if (left > 4096) {
      REQUIRE(command.more_data % 8 == 0);
      std::uint64_t entry = command.more_data;
      while (left != 0) {
        if (entry != command.more_data) REQUIRE(entry % 4096 != 0);
        const std::uint64_t page = *reinterpret_cast<const std::uint64_t*>(entry);
        REQUIRE(page % 4096 == 0);
        add(page);
        entry += 8;
      }
    } else if (left != 0) {
      REQUIRE(command.more_data % 4096 == 0);
      add(command.more_data);
    }
    return out;
  }

  alignas(4096) std::uint8_t registers_[8192];
  Queue admin_, io_;
};

}  // namespace wick::test
