// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The e1000 driver against a fake register file and a device's end of the rings that is written from the manual.

#include "devices/e1000/e1000.h"

#include <doctest.h>

#include <atomic>
#include <thread>

#include "virtio_fake.h"

using namespace wick;
using namespace wick::test;
using hv::e1000::ReceiveDescriptor;

namespace {

class Chip {
 public:
  Chip() {
    set(0x5400, 0x12005452);
    set(0x5404, 0x80005634);
    set(0x0008, 1u << 19);  // link down, bus master on
  }
  DeviceEntry entry() {
    DeviceEntry entry{};
    entry.bus = Bus::pci;
    entry.kind = DeviceKind::network;
    entry.identity = 0x100e8086;
    entry.event_count = 1;
    entry.events[0] = 10;
    entry.windows[0] = {drivers::device_address(registers_), sizeof registers_};
    return entry;
  }
  std::uint32_t get(std::size_t at) { return std::atomic_ref(registers_[at / 4]).load(); }
  void set(std::size_t at, std::uint32_t value) { std::atomic_ref(registers_[at / 4]).store(value); }

  /// Runs `what` while another thread ends resets.
  template <typename What>
  auto beside(What what) {
    std::atomic<bool> over = false;
    std::thread chip([&] {
      while (!over) {
        const std::uint32_t control = get(0);
        if (control & 4) set(8, get(8) & ~(1u << 19));
        if (control & 1u << 26) set(0, 0);
      }
    });
    auto result = what();
    over = true;
    chip.join();
    return result;
  }

  unsigned receive_room() { return (get(0x2818) - head_) & mask(0x2808); }
  void receive(const std::vector<std::uint8_t>& frame, std::uint8_t status, std::uint8_t errors) {
    REQUIRE(receive_room() > 0);
    auto& descriptor = ring<ReceiveDescriptor>(0x2800)[head_];
    std::memcpy(reinterpret_cast<void*>(descriptor.address), frame.data(), frame.size());
    descriptor.length = static_cast<std::uint16_t>(frame.size());
    descriptor.errors = errors;
    std::atomic_ref(descriptor.status).store(status);
    head_ = (head_ + 1) & mask(0x2808);
  }

  struct Frame {
    std::vector<std::uint8_t> bytes;
    bool checksum = false;
    unsigned start = 0, offset = 0;
  };
  /// Takes all frames that the tail shows, and reports them when asked to.
  std::vector<Frame> transmitted(bool report = true) {
    std::vector<Frame> out;
    Frame frame;
    for (; sent_ != get(0x3818); sent_ = (sent_ + 1) & mask(0x3808)) {
      auto& data = ring<hv::e1000::DataDescriptor>(0x3800)[sent_];
      REQUIRE((data.command & 1u << 29) != 0);
      if ((data.command >> 20 & 0xf) == 0) {
        const auto& context = reinterpret_cast<hv::e1000::ContextDescriptor&>(data);
        frame.start = context.start;
        frame.offset = context.offset;
        continue;
      }
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(data.address);
      frame.bytes.insert(frame.bytes.end(), bytes, bytes + (data.command & 0xfffff));
      frame.checksum = (data.options & 2) != 0;
      if (data.command & 1u << 24) {
        if (report && (data.command & 1u << 27)) data.status = 1;
        out.push_back(frame);
        frame = {};
      }
    }
    return out;
  }

 private:
  template <typename T>
  T* ring(std::size_t base) {
    return reinterpret_cast<T*>(get(base) | std::uint64_t{get(base + 4)} << 32);
  }
  std::uint32_t mask(std::size_t length) { return get(length) / 16 - 1; }

  alignas(4096) std::uint32_t registers_[0x8000 / 4] = {};
  std::uint32_t head_ = 0, sent_ = 0;
};

struct Stack final : drivers::Network::Receiver {
  std::vector<drivers::ReceiveBuffer*> frames;
  std::vector<void*> tokens;
  void received(drivers::ReceiveBuffer* frame) override { frames.push_back(frame); }
  void transmitted(void* token) override { tokens.push_back(token); }
  void link_returned() override { ++returns; }
  unsigned returns = 0;
};

struct Rig {
  explicit Rig(std::uint32_t ring = 16) : memory(1 << 20) {
    const DeviceEntry entry = chip.entry();
    // The driver waits for a number of reads, and a busy machine may not let the chip's thread run meanwhile.
    Status status = Status::io_error;
    for (unsigned i = 0; i < 1000 && status == Status::io_error; ++i) {
      memory.pool = drivers::DmaPool(drivers::device_address(memory.data()), memory.size());
      status = chip.beside([&] { return device.start({entry, memory.pool, ring, nullptr}, tables, trouble); });
    }
    REQUIRE(ok(status));
    CHECK(memory.size() - memory.pool.left() <= hv::e1000::Device::dma_bytes(ring));
  }
  Chip chip;
  FakePool memory;
  hv::e1000::Device::Tables tables;
  hv::e1000::Device device;
  Stack stack;
  const char* trouble = nullptr;
};

constexpr std::uint8_t kDone = 1, kEnd = 2, kIgnore = 4, kChecked = 0x20;
const std::vector<std::uint8_t> kFrame(60, 0x42);

}  // namespace

TEST_CASE("e1000: brought up without waiting for the link") {
  Rig rig;
  const drivers::NetworkInfo info = rig.device.info();
  const std::uint8_t mac[6] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
  CHECK(std::memcmp(info.mac, mac, 6) == 0);
  CHECK(info.mtu == 1500);
  CHECK_FALSE(info.link_up);
  rig.chip.set(8, 2);
  CHECK(rig.device.info().link_up);
  CHECK(info.events == event_bit(10));
  CHECK(info.offload.transmit_checksum);
  CHECK_FALSE(info.offload.segment4);
  CHECK(rig.chip.get(0x5404) == 0x80005634);
  CHECK(rig.chip.receive_room() == 15);
  CHECK((rig.chip.get(0x0000) & 1u << 6) != 0);
  CHECK((rig.chip.get(0x0100) & 2) != 0);
  CHECK((rig.chip.get(0x0400) & 2) != 0);
}

TEST_CASE("e1000: a link that returns is told of once, also one that wasn't seen to fall") {
  Rig rig;
  for (unsigned returns = 0; const std::uint32_t status : {2, 0, 2, 2}) {
    rig.chip.set(8, status);
    rig.chip.set(0xc0, 4);  // what reading the causes would take away
    CHECK_FALSE(rig.device.arm());
    rig.chip.set(0xc0, 0);
    for (unsigned look = 0; look < 2; ++look) {
      rig.device.poll(rig.stack, 64);
      CHECK(rig.device.arm());
    }
    CHECK(rig.stack.returns == (returns += status / 2));
  }
}

TEST_CASE("e1000: frames come in, round and round, and buffers go back in any order") {
  Rig rig;
  for (unsigned round = 0; round < 40; ++round) {
    std::vector<std::uint8_t> frame(64 + round, static_cast<std::uint8_t>(round));
    rig.chip.receive(frame, kDone | kEnd | kChecked, 0);
    rig.chip.receive(kFrame, kDone | kEnd | kIgnore | kChecked, 0);
    rig.chip.receive(kFrame, kDone | kEnd | kChecked, 0x20);
    CHECK(rig.device.poll(rig.stack, 64) == 3);
    REQUIRE(rig.stack.frames.size() == 3);
    CHECK(std::memcmp(rig.stack.frames[0]->data, frame.data(), frame.size()) == 0);
    CHECK(rig.stack.frames[0]->length == frame.size());
    CHECK(reinterpret_cast<std::uintptr_t>(rig.stack.frames[0]->data) % 4 == 2);
    CHECK(rig.memory.contains(drivers::device_address(rig.stack.frames[0]->data), 2048));
    CHECK(rig.stack.frames[0]->checksum_good);
    CHECK_FALSE(rig.stack.frames[1]->checksum_good);
    CHECK_FALSE(rig.stack.frames[2]->checksum_good);
    for (const unsigned i : {2, 0, 1}) rig.device.release(rig.stack.frames[i]);
    rig.stack.frames.clear();
    CHECK(rig.device.arm());
    CHECK(rig.chip.receive_room() == 15);
  }
}

TEST_CASE("e1000: bad frames are dropped and their buffers used again") {
  Rig rig;
  rig.chip.receive(kFrame, kDone | kEnd, 0x01);
  rig.chip.receive(std::vector<std::uint8_t>(5), kDone | kEnd, 0);
  rig.chip.receive(std::vector<std::uint8_t>(2048), kDone, 0);  // too long for its buffer …
  rig.chip.receive(kFrame, kDone | kEnd, 0);                    // … and this is its end
  rig.chip.receive(kFrame, kDone | kEnd, 0);
  CHECK_FALSE(rig.device.arm());
  CHECK(rig.device.poll(rig.stack, 64) == 1);
  CHECK(rig.device.arm());
  CHECK(rig.chip.receive_room() == 14);
}

TEST_CASE("e1000: a budget is kept, and arming says that there is more") {
  Rig rig;
  for (unsigned i = 0; i < 10; ++i) rig.chip.receive(kFrame, kDone | kEnd, 0);
  CHECK(rig.device.poll(rig.stack, 4) == 4);
  CHECK_FALSE(rig.device.arm());
  CHECK(rig.device.poll(rig.stack, 64) == 6);
  CHECK(rig.device.arm());
}

TEST_CASE("e1000: frames go out in pieces, with a checksum when asked") {
  Rig rig;
  std::uint8_t head[54] = {1}, body[1000] = {2};
  const drivers::TransmitSegment segments[] = {{head, sizeof head}, {body, sizeof body}};
  int tokens[3];
  CHECK(ok(rig.device.transmit(segments, {}, &tokens[0])));
  CHECK(ok(rig.device.transmit(segments, {.checksum = true, .checksum_start = 34, .checksum_offset = 16}, &tokens[1])));
  CHECK(rig.chip.transmitted().empty());
  rig.device.flush();
  const auto frames = rig.chip.transmitted(false);
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].bytes.size() == 1054);
  CHECK_FALSE(frames[0].checksum);
  CHECK(frames[1].bytes[54] == 2);
  CHECK(frames[1].checksum);
  CHECK(frames[1].start == 34);
  CHECK(frames[1].offset == 50);
  rig.device.poll(rig.stack, 1);
  CHECK(rig.stack.tokens.empty());
}

TEST_CASE("e1000: a full ring is told, waited for, and emptied in order") {
  Rig rig;
  std::uint8_t frame[100] = {};
  const drivers::TransmitSegment segment[] = {{frame, sizeof frame}};
  std::uintptr_t queued = 0, finished = 0;
  for (unsigned round = 0; round < 20; ++round) {
    while (ok(rig.device.transmit(segment, {}, reinterpret_cast<void*>(++queued)))) {
    }
    --queued;
    rig.device.flush();
    CHECK(rig.device.arm());
    CHECK((rig.chip.get(0x00d0) & 1) != 0);  // transmitted frames interrupt now
    CHECK(rig.chip.transmitted().size() == 15);
    CHECK_FALSE(rig.device.arm());
    rig.device.poll(rig.stack, 1);
    for (void* token : rig.stack.tokens) CHECK(reinterpret_cast<std::uintptr_t>(token) == ++finished);
    rig.stack.tokens.clear();
    CHECK(finished == queued);
    CHECK(rig.device.arm());
    CHECK(rig.chip.get(0x00d8) == 1);
  }
}

TEST_CASE("e1000: frames that no wire takes are refused") {
  Rig rig;
  std::uint8_t bytes[2000] = {};
  const auto send = [&](std::uint32_t length, const drivers::TransmitHints& hints) {
    const drivers::TransmitSegment segment[] = {{bytes, length}};
    return rig.device.transmit(segment, hints, nullptr);
  };
  CHECK(send(13, {}) == Status::bad_argument);
  CHECK(send(1519, {}) == Status::bad_argument);
  CHECK(send(60, {.checksum = true, .checksum_start = 34, .checksum_offset = 25}) == Status::bad_argument);
  CHECK(send(600, {.checksum = true, .checksum_start = 250, .checksum_offset = 6}) == Status::bad_argument);
  CHECK(send(600, {.checksum = true, .checksum_start = 0xffff, .checksum_offset = 0xffff}) == Status::bad_argument);
  CHECK(send(600, {.segment_size = 100, .header_length = 54}) == Status::bad_argument);
  const std::vector<drivers::TransmitSegment> many(16, {bytes, 20});
  CHECK(rig.device.transmit(many, {}, nullptr) == Status::bad_argument);
  rig.device.flush();
  CHECK(rig.chip.transmitted().empty());
}

TEST_CASE("e1000: chips that can't be used say why") {
  Chip chip;
  FakePool memory(1 << 20), small(4096);
  hv::e1000::Device::Tables tables;
  const auto try_with = [&](drivers::DmaPool& pool) {
    hv::e1000::Device device;
    const char* trouble = nullptr;
    const DeviceEntry entry = chip.entry();
    return chip.beside([&] { return device.start({entry, pool, 16, nullptr}, tables, trouble); });
  };
  Status status = Status::io_error;  // as long as the chip's thread gets no processor
  for (unsigned i = 0; i < 1000 && status == Status::io_error; ++i) status = try_with(small.pool);
  CHECK(status == Status::no_memory);
  chip.set(0x5404, 0);
  CHECK(try_with(memory.pool) == Status::io_error);
}
