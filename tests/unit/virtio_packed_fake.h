// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The device's end of a packed ring for tests, written from the specification (virtio 1.2 §2.8) and apart from the
// driver's: with an index and a lap counter for either direction. It can behave, and it can lie.

#include <map>

#include "virtio_fake.h"

namespace wick::test {

class FakePackedQueue {
 public:
  using Chain = FakeQueue::Chain;
  struct Descriptor {
    std::uint64_t address;
    std::uint32_t length;
    std::uint16_t id, flags;
  };
  static constexpr std::uint16_t kNext = 1, kWrite = 2, kAvailable = 1 << 7, kUsed = 1 << 15;

  explicit FakePackedQueue(const drivers::virtio::QueueMemory& memory)
      : ring_(reinterpret_cast<Descriptor*>(raw(memory.descriptors))),
        driver_(reinterpret_cast<std::uint16_t*>(raw(memory.available))),
        device_(reinterpret_cast<std::uint16_t*>(raw(memory.used))),
        size_(memory.size) {}

  bool has_work() const {
    const std::uint16_t flags = drivers::load_acquire(ring_[seen_.index].flags);
    return ((flags & kAvailable) != 0) == seen_.lap && ((flags & kUsed) != 0) != seen_.lap;
  }

  /// The next chain; its head is its id.
  Chain pop() {
    Chain chain{};
    for (bool more = true; more; step(seen_, 1)) {
      const Descriptor& descriptor = ring_[seen_.index];
      chain.pieces.push_back(
          {reinterpret_cast<std::uint8_t*>(descriptor.address), descriptor.length, (descriptor.flags & kWrite) != 0});
      chain.head = descriptor.id;
      more = (descriptor.flags & kNext) != 0;
    }
    lengths_[chain.head] = static_cast<std::uint16_t>(chain.pieces.size());
    return chain;
  }

  /// Uses a chain. @return whether the driver asked for an interrupt
  bool push(std::uint16_t id, std::uint32_t length) {
    const Place before = done_;
    Descriptor& descriptor = ring_[done_.index];
    descriptor.id = id;
    descriptor.length = length;
    drivers::store_release(descriptor.flags, static_cast<std::uint16_t>(done_.lap ? kAvailable | kUsed : 0));
    step(done_, lengths_.contains(id) ? lengths_[id] : 1);
    if (driver_[1] != 2) return driver_[1] == 0;
    // Passed if the place lies in [before, done).
    Place wanted{static_cast<std::uint16_t>(driver_[0] & 0x7fff), (driver_[0] & 0x8000) != 0};
    for (Place at = before; at.index != done_.index || at.lap != done_.lap; step(at, 1))
      if (at.index == wanted.index && at.lap == wanted.lap) return true;
    return false;
  }

  /// Asks for the doorbell when the driver makes the descriptor available that is `ahead` behind the next one.
  void want_doorbell(std::uint16_t ahead = 0) {
    Place place = seen_;
    step(place, ahead);
    device_[0] = static_cast<std::uint16_t>(place.index | (place.lap ? 0x8000 : 0));
    device_[1] = 2;
  }
  void set_no_notify(bool on) { device_[1] = on; }

 private:
  struct Place {
    std::uint16_t index = 0;
    bool lap = true;
  };
  void step(Place& place, std::uint16_t by) const {
    place.index = static_cast<std::uint16_t>(place.index + by);
    if (place.index >= size_) {
      place.index = static_cast<std::uint16_t>(place.index - size_);
      place.lap = !place.lap;
    }
  }

  Descriptor* ring_;
  std::uint16_t *driver_, *device_;
  std::uint16_t size_;
  Place seen_, done_;
  std::map<std::uint16_t, std::uint16_t> lengths_;  ///< of the chains under way, by id
};

}  // namespace wick::test
