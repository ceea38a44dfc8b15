// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A device that does what the fuzzer says: it finishes what it was never given, lies about lengths, moves indices and
// scribbles over the whole DMA pool, while the driver goes on working. The address sanitizer watches every access of
// the driver; the checks below hold what the layer above relies on: what it is handed lies inside of the pool, belongs
// to it alone, and each request ends at most once.

#include <set>

#include "virtio/block.h"
#include "virtio/network.h"
#include "virtqueue_device.h"

using namespace wick;
using namespace wick::test;
using namespace wick::fuzz;
using drivers::virtio::QueueMemory;

namespace {

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
