// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a virtio device can do to its driver, as the fuzzer's bytes decide: with split rings and with packed ones.

#include <algorithm>

#include "script.h"
#include "virtio_fake.h"
#include "virtio_packed/queue.h"

namespace wick::fuzz {

using namespace wick::test;
using drivers::virtio::QueueMemory;

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

}  // namespace wick::fuzz
