// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A virtio device for tests: the device's end of the rings, written from the specification and apart from the driver's,
// and a transport that remembers what it was told. It can behave, and it can lie.

#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "abi/ring.h"
#include "virtio/device.h"

namespace wick::test {

/// Memory that plays the DMA pool.
class FakePool {
 public:
  explicit FakePool(std::size_t bytes) : memory_(std::make_unique<std::uint8_t[]>(bytes)), bytes_(bytes) {
    std::memset(memory_.get(), 0xa5, bytes);  // drivers shall not rely on cleared memory
    pool = drivers::DmaPool(drivers::device_address(memory_.get()), bytes);
  }
  bool contains(Gpa address, std::uint64_t length) const {
    const std::uint64_t start = reinterpret_cast<std::uint64_t>(memory_.get());
    return raw(address) >= start && length <= bytes_ && raw(address) - start <= bytes_ - length;
  }
  std::uint8_t* data() { return memory_.get(); }
  std::size_t size() const { return bytes_; }
  drivers::DmaPool pool;

 private:
  std::unique_ptr<std::uint8_t[]> memory_;
  std::size_t bytes_;
};

/// The device's end of one ring.
class FakeQueue {
 public:
  struct Piece {
    std::uint8_t* data;
    std::uint32_t length;
    bool writable;
  };
  struct Chain {
    std::uint16_t head;
    std::vector<Piece> pieces;
  };

  explicit FakeQueue(const drivers::virtio::QueueMemory& memory, bool event_index)
      : size_(memory.size), event_index_(event_index) {
    descriptors_ = reinterpret_cast<Descriptor*>(raw(memory.descriptors));
    available_ = reinterpret_cast<AvailableRing*>(raw(memory.available));
    used_ = reinterpret_cast<UsedRing*>(raw(memory.used));
  }

  bool has_work() const { return drivers::load_acquire(available_->index) != seen_; }
  std::uint16_t waiting() const { return static_cast<std::uint16_t>(available_->index - seen_); }

  Chain pop() {
    Chain chain{available_->ring[seen_++ % size_], {}};
    for (std::uint16_t at = chain.head;;) {
      const Descriptor& descriptor = descriptors_[at];
      chain.pieces.push_back({reinterpret_cast<std::uint8_t*>(raw(descriptor.address)), descriptor.length,
                              (descriptor.flags & static_cast<std::uint16_t>(DescriptorFlag::write)) != 0});
      if ((descriptor.flags & static_cast<std::uint16_t>(DescriptorFlag::next)) == 0) return chain;
      at = descriptor.next;
    }
  }

  /// Puts an element without showing it.
  void put(std::uint32_t id, std::uint32_t length) { used_->ring[done_++ % size_] = {id, length}; }
  /// Shows what was put. @return whether the driver asked for an interrupt
  bool show() {
    const std::uint16_t before = used_->index;
    drivers::store_release(used_->index, done_);
    if (event_index_) return ring_needs_event(available_->ring[size_], done_, before);
    return (available_->flags & kNoInterrupt) == 0;
  }
  bool push(std::uint32_t id, std::uint32_t length) {
    put(id, length);
    return show();
  }
  void jump(std::uint16_t by) {
    done_ = static_cast<std::uint16_t>(done_ + by);
    used_->index = done_;
  }

  /// With EVENT_IDX: asks for the doorbell at the next chain, or after `ahead` more.
  void want_doorbell(std::uint16_t ahead = 0) {
    *available_event() = static_cast<std::uint16_t>(available_->index + ahead);
  }
  void set_no_notify(bool on) { used_->flags = on ? kNoNotify : 0; }

 private:
  std::uint16_t* available_event() { return reinterpret_cast<std::uint16_t*>(&used_->ring[size_]); }

  Descriptor* descriptors_;
  AvailableRing* available_;
  UsedRing* used_;
  std::uint16_t size_;
  std::uint16_t seen_ = 0, done_ = 0;
  bool event_index_;
};

class FakeTransport final : public drivers::virtio::Transport {
 public:
  std::uint64_t features = drivers::virtio::kVersion1 | drivers::virtio::kEventIndex;
  std::uint64_t accepted = 0;
  std::uint16_t entries = 256;
  std::uint16_t queues = 2;
  bool refuses_features = false, never_resets = false, is_legacy = false;
  std::vector<std::uint8_t> config = std::vector<std::uint8_t>(64);
  std::map<std::uint16_t, std::unique_ptr<FakeQueue>> attached;
  std::map<std::uint16_t, drivers::virtio::QueueMemory> memories;
  std::map<std::uint16_t, std::uint16_t> vectors;
  std::vector<std::uint8_t> status_history;
  unsigned acknowledged = 0, resets = 0, changes = 0;
  drivers::Notify notify = nullptr;  ///< called at doorbells, in the place of remembering them
  std::function<void()> on_start;    ///< called when the driver says that it is ready

  FakeQueue& queue(std::uint16_t index) { return *attached.at(index); }

  /// @return whether the doorbell was rung since the last question
  bool take_doorbell(std::uint16_t queue) {
    const bool rung = doorbells_[queue] != kSilent;
    doorbells_[queue] = kSilent;
    return rung;
  }

  template <typename T>
  void set_config(std::size_t offset, T value) {
    std::memcpy(config.data() + offset, &value, sizeof value);
  }

  bool legacy() const override { return is_legacy; }
  std::uint8_t status() override { return status_; }
  void set_status(std::uint8_t bits) override {
    status_history.push_back(bits);
    if (bits == 0) ++resets;
    if (bits == 0 && never_resets) return;
    if (refuses_features) bits &= static_cast<std::uint8_t>(~8u);
    status_ = bits;
    if ((bits & drivers::virtio::raw(drivers::virtio::DeviceStatus::driver_ok)) != 0 && on_start) on_start();
  }
  std::uint64_t offered_features() override { return features; }
  void accept_features(std::uint64_t bits) override { accepted = bits; }
  std::uint16_t most_entries(std::uint16_t index) override { return index < queues ? entries : 0; }
  drivers::virtio::QueueMemory lay_out(drivers::DmaPool& pool, std::uint16_t size) override {
    if (!is_legacy) return {};
    const std::uint64_t used = (18u * size + 6 + 4095) / 4096 * 4096;
    const Gpa start = drivers::device_address(pool.take_uncleared(used + 6 + 8u * size, 4096));
    return {size, start, start + 16u * size, raw(start) ? start + used : Gpa{}};
  }
  Status attach(std::uint16_t index, const drivers::virtio::QueueMemory& memory, std::uint16_t vector) override {
    attached[index] = std::make_unique<FakeQueue>(memory, (accepted & drivers::virtio::kEventIndex) != 0);
    memories[index] = memory;
    vectors[index] = vector;
    doorbells_[index] = kSilent;
    return Status::ok;
  }
  drivers::Doorbell doorbell(std::uint16_t index) override {
    if (notify) return drivers::Doorbell(notify, index);
    const DeviceWindow window{drivers::device_address(doorbells_), sizeof doorbells_};
    return {drivers::Registers(window), index * sizeof(std::uint32_t), index, drivers::Doorbell::Width::bits32};
  }
  std::uint32_t configuration(std::uint32_t offset, unsigned width) override {
    std::uint32_t value = 0;
    if (offset + width <= config.size()) std::memcpy(&value, config.data() + offset, width);
    return value;
  }
  std::uint32_t generation() override { return changes; }
  void acknowledge_interrupt() override { ++acknowledged; }

 private:
  static constexpr std::uint32_t kSilent = 0xffff'ffff;
  std::uint32_t doorbells_[5] = {kSilent, kSilent, kSilent, kSilent, kSilent};
  std::uint8_t status_ = 0;
};

/// A device entry with one event, as virtio-mmio has it.
inline DeviceEntry fake_entry(DeviceKind kind) {
  DeviceEntry entry{};
  entry.bus = Bus::virtio_mmio;
  entry.kind = kind;
  entry.event_count = 1;
  entry.events[0] = 9;
  return entry;
}

}  // namespace wick::test
