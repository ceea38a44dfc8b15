// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A device that does what the fuzzer says: it finishes what it was never given, lies about lengths, moves indices and
// scribbles over the whole DMA pool, while the driver goes on working. The address sanitizer watches every access of
// the driver; the checks below hold what the layer above relies on: what it is handed lies inside of the pool, belongs
// to it alone, and each request ends at most once.

#include <set>

#include "script.h"
#include "virtio/block.h"
#include "virtio/network.h"
#include "virtio_fake.h"
#include "virtio_packed/queue.h"

using namespace wick;
using namespace wick::test;
using drivers::virtio::QueueMemory;

namespace {

/// What any device can do to any driver, whichever its rings are.
class AnyDevice {
 public:
  AnyDevice(FakePool& memory, FakeTransport& transport, Script& script)
      : memory_(memory), transport_(transport), script_(script) {}

 protected:
  const QueueMemory& queue(std::uint16_t& index) {
    const auto& chosen = *std::next(transport_.memories.begin(), script_.byte() % transport_.memories.size());
    index = chosen.first;
    return chosen.second;
  }

  void scribble() {
    const std::size_t start = (std::size_t{script_.word()} << 8 | script_.byte()) % memory_.size();
    const std::size_t length = std::min<std::size_t>(script_.byte() % 32, memory_.size() - start);
    for (std::size_t i = 0; i < length; ++i) memory_.data()[start + i] = script_.byte();
  }

  FakePool& memory_;
  FakeTransport& transport_;
  Script& script_;
};

/// With split rings.
class Device : public AnyDevice {
 public:
  using Rings = drivers::virtio::SplitRings;
  using AnyDevice::AnyDevice;

  void act() {
    std::uint16_t index;
    const QueueMemory& queue = this->queue(index);
    switch (script_.byte() % 6) {
      case 0:
        return finish(queue, next_available(queue, index), script_.byte());
      case 1:
        return finish(queue, script_.byte() % queue.size, script_.word() % 2048);
      case 2:
        return finish(queue, script_.word() << (script_.byte() % 17), script_.word());
      case 3:
        used(queue)->index = script_.word();
        return;
      case 4:
        return scribble();
      default:
        *reinterpret_cast<std::uint16_t*>(&used(queue)->ring[queue.size]) = script_.word();
        return;
    }
  }

 private:
  static UsedRing* used(const QueueMemory& queue) { return reinterpret_cast<UsedRing*>(raw(queue.used)); }

  std::uint32_t next_available(const QueueMemory& queue, std::uint16_t index) {
    const auto* available = reinterpret_cast<const AvailableRing*>(raw(queue.available));
    return available->ring[seen_[index]++ % queue.size];
  }

  void finish(const QueueMemory& queue, std::uint32_t id, std::uint32_t length) {
    used(queue)->ring[used(queue)->index % queue.size] = {id, length};
    ++used(queue)->index;
  }

  std::map<std::uint16_t, std::uint16_t> seen_;
};

/// With packed ones.
class PackedDevice : public AnyDevice {
 public:
  using Rings = drivers::virtio_packed::PackedRings;
  using AnyDevice::AnyDevice;

  void act() {
    std::uint16_t index;
    const QueueMemory& queue = this->queue(index);
    auto* ring = reinterpret_cast<drivers::virtio_packed::PackedDescriptor*>(raw(queue.descriptors));
    auto& at = done_[index];
    auto& next = ring[at % queue.size];
    switch (script_.byte() % 6) {
      case 0:  // what was made available there, or what is left of it
        return use(next, at, queue.size, next.id, script_.byte());
      case 1:
        return use(next, at, queue.size, script_.byte() % queue.size, script_.word() % 2048);
      case 2:
        return use(next, at, queue.size, script_.word(), script_.word() << (script_.byte() % 17));
      case 3:
        ring[script_.byte() % queue.size].flags = script_.word();
        at = script_.word();
        return;
      case 4:
        return scribble();
      default:
        *reinterpret_cast<std::uint16_t*>(raw(queue.used)) = script_.word();
        *(reinterpret_cast<std::uint16_t*>(raw(queue.used)) + 1) = script_.byte() % 4;
        return;
    }
  }

 private:
  void use(drivers::virtio_packed::PackedDescriptor& descriptor, std::uint16_t& at, std::uint16_t size, unsigned id,
           unsigned length) {
    descriptor.id = static_cast<std::uint16_t>(id);
    descriptor.length = length;
    descriptor.flags = drivers::virtio_packed::used_bits(at, size);
    at = static_cast<std::uint16_t>(at + 1 + script_.byte() % 4 / 3 * 2);  // a chain of one descriptor, or of three
  }

  std::map<std::uint16_t, std::uint16_t> done_;
};

using Stack = CheckingStack<FakePool>;
constexpr std::uint16_t kRing = 16;

template <typename Device>
void fuzz_network(Script& script) {
  static auto tables = std::make_unique<drivers::virtio::NetworkTables>();
  FakePool memory(1 << 16);
  FakeTransport transport;
  const std::uint8_t features = script.byte();
  if ((features & 1) != 0) transport.features &= ~drivers::virtio::kEventIndex;
  if ((features & 2) != 0) transport.features |= drivers::virtio::feature(15);
  transport.features |= Device::Rings::kFeature;
  transport.is_legacy = !Device::Rings::kFeature && (features & 4) != 0;
  if (transport.is_legacy) transport.entries = 64;
  std::memset(memory.data(), 0, memory.size());
  drivers::virtio::BasicNetwork<typename Device::Rings> network;
  const char* trouble = nullptr;
  const DeviceEntry entry = fake_entry(DeviceKind::network);
  require(ok(network.start({entry, memory.pool, kRing, nullptr}, *tables, trouble, &transport)));
  Device device(memory, transport, script);
  Stack stack(memory);
  std::uintptr_t token = 0;
  const std::uint8_t payload[100] = {};
  while (!script.ended()) {
    switch (script.byte() % 8) {
      case 0: {
        const std::vector<drivers::TransmitSegment> segments(script.byte() % 5, {payload, sizeof payload});
        stack.sent.insert(reinterpret_cast<void*>(++token));
        if (!ok(network.transmit(segments, {}, reinterpret_cast<void*>(token)))) {
          stack.sent.erase(reinterpret_cast<void*>(token));
        }
        break;
      }
      case 1:
        network.flush();
        break;
      case 2:
        network.poll(stack, script.byte() % 32);
        break;
      case 3:
        if (!stack.held.empty()) network.release(stack.held.extract(stack.held.begin()).value());
        break;
      case 4:
        network.arm();
        break;
      default:
        device.act();
        break;
    }
  }
  network.poll(stack, kRing);
}

std::set<drivers::BlockRequest*> pending;

void done(drivers::BlockRequest& request) {
  require(request.status != Status::would_block);
  require(pending.erase(&request) == 1);
}

template <typename Device>
void fuzz_block(Script& script) {
  FakePool memory(1 << 15);
  FakeTransport transport;
  transport.queues = 1;
  transport.features |= drivers::virtio::feature(9) | drivers::virtio::feature(13);
  transport.features |= Device::Rings::kFeature;
  transport.set_config<std::uint64_t>(0, script.word());
  transport.set_config<std::uint32_t>(36, script.word());
  // The device has answered the question for the serial number before it was asked; of packed rings, at the first
  // doorbell, since the question stands where the answer does.
  static drivers::virtio_packed::PackedDescriptor* unanswered;
  if (Device::Rings::kFeature) {
    transport.notify = [](std::uint32_t) {
      if (unanswered) unanswered->flags = drivers::virtio_packed::used_bits(0, kRing);
      unanswered = nullptr;
      return Status::ok;
    };
  }
  transport.on_start = [&] {
    const QueueMemory& queue = transport.memories.at(0);
    if (Device::Rings::kFeature) {
      unanswered = reinterpret_cast<drivers::virtio_packed::PackedDescriptor*>(raw(queue.descriptors));
      return;
    }
    auto* used = reinterpret_cast<UsedRing*>(raw(queue.used));
    used->ring[0] = {0, 21};
    used->index = 1;
  };
  drivers::virtio::BlockTables tables;
  drivers::virtio::BasicBlock<typename Device::Rings> block;
  const char* trouble = nullptr;
  const DeviceEntry entry = fake_entry(DeviceKind::block);
  require(ok(block.start({entry, memory.pool, kRing, nullptr}, tables, trouble, &transport)));
  require(block.info().serial[20] == '\0');
  Device device(memory, transport, script);
  std::uint8_t data[4096];
  drivers::BlockRequest requests[8];
  pending.clear();
  while (!script.ended()) {
    switch (script.byte() % 8) {
      case 0: {
        drivers::BlockRequest& request = requests[script.byte() % 8];
        if (pending.contains(&request)) break;
        request = {};
        request.operation = static_cast<drivers::BlockOperation>(script.byte() % 4);
        request.sector = script.word();
        request.data = data;
        request.length = (script.byte() % 9) * 512u;
        if (ok(block.submit(request))) pending.insert(&request);
        break;
      }
      case 1:
        block.flush_queue();
        break;
      case 2:
        block.poll(done);
        break;
      case 3:
        block.arm();
        break;
      default:
        device.act();
        break;
    }
  }
  block.poll(done);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  const std::uint8_t which = script.byte();
  if (which % 4 == 0) {
    which & 4 ? fuzz_block<PackedDevice>(script) : fuzz_block<Device>(script);
  } else {
    which & 4 ? fuzz_network<PackedDevice>(script) : fuzz_network<Device>(script);
  }
  return 0;
}
