// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The driver's end of a packed virtqueue, with the names of a split one's (virtio/ring.h): puts descriptors into the
// ring, takes finished ones back, decides about doorbells and interrupts. What it has put and what is owned by whom it
// remembers itself; of what the device may have changed it reads a used descriptor's three fields, each once, and the
// device's wish for a doorbell. Only the first descriptor of what is offered is kept back until `publish`: the device
// doesn't look behind it.

#include "abi/ring.h"
#include "class/access.h"
#include "class/shared.h"
#include "virtio/device.h"
#include "virtio_packed/format.h"

namespace wick::drivers::virtio_packed {

using virtio::kCacheLine;
using virtio::QueueMemory;
using virtio::QueueShape;

class Ring {
 public:
  constexpr Ring() = default;

  /// What `place` takes at most.
  static constexpr std::uint64_t dma_bytes(std::uint16_t size) {
    return dma_share(sizeof(PackedDescriptor) * size, kCacheLine) + 2 * dma_share(sizeof(EventSuppression), kCacheLine);
  }
  /// Takes the memory. @return bad_argument when its entries are no power of two
  Status place(DmaPool& pool, const QueueShape& shape);
  /// To be called once the device knows the memory.
  void connect(const Doorbell& doorbell) { doorbell_ = doorbell; }

  QueueMemory memory() const {
    return {size_, device_address(descriptors_), device_address(driver_), device_address(device_)};
  }
  std::uint16_t size() const { return size_; }
  bool broken() const { return broken_; }
  /// The device broke the rules: nothing is taken from it or given to it any more.
  void mark_broken() { broken_ = true; }

  /// As a split ring's.
  void lend(const std::uint8_t* first, std::uint32_t stride, std::uint32_t length) {
    lent_ = first;
    stride_ = stride;
    lent_length_ = length;
  }
  /// Queues a buffer that was lent. At most `size()` descriptors are ever under way.
  void offer(std::uint16_t index) {
    put(lent_ + std::size_t{index} * stride_, lent_length_, static_cast<std::uint16_t>(DescriptorFlag::write), index);
  }
  /// As a split ring's: here they stand one behind the other, and only the chain has a number.
  static constexpr bool kLinked = false;
  /// Queues the next descriptor of the chain `id`.
  void put(const void* data, std::uint32_t length, std::uint16_t flags, std::uint16_t id, std::uint16_t = 0);
  void complete(std::uint16_t) {}  // all that there is to say of a chain stands in its descriptors

  std::uint16_t unpublished() const { return static_cast<std::uint16_t>(offered_ - published_); }
  /// Shows the device what was offered. @return whether it wants the doorbell
  bool publish();
  /// Publishes, with one doorbell at most.
  void kick() {
    if (publish()) doorbell_.ring();
  }

  /// Whether the device has finished the chain whose place is next, and so many of one descriptor each from there on.
  bool finished(unsigned least = 1) const {
    const auto at = static_cast<std::uint16_t>(taken_ + least - 1);
    const std::uint16_t flags = load_acquire(descriptors_[at & mask_].flags);
    return !broken_ && (flags & (kAvailable | kUsed)) == used_bits(at, size_);
  }
  /// The oldest of them; only when `finished` said so. Its content is the device's word: to be checked. The length
  /// counts whether the device set the flag for "I wrote" or not (§2.8.5): QEMU never does.
  UsedElement look() const {
    const PackedDescriptor& used = descriptors_[taken_ & mask_];
    return {load(used.id), load(used.length)};
  }
  /// It is taken: a chain of so many descriptors.
  void pass(std::uint16_t count = 1) { taken_ = static_cast<std::uint16_t>(taken_ + count); }

  /// Asks for an interrupt as soon as a chain is finished. @return false when one is already
  bool arm() { return arm_at(taken_); }
  /// As soon as half of the descriptors that are under way are.
  bool arm_half() { return arm_at(static_cast<std::uint16_t>(taken_ + (published_ - taken_) / 2)); }

 private:
  bool arm_at(std::uint16_t place);
  void wish(EventSuppression wish) { store(*driver_, wish); }

  PackedDescriptor* descriptors_ = nullptr;
  EventSuppression* driver_ = nullptr;  ///< ours to write
  EventSuppression* device_ = nullptr;  ///< the device's
  std::uint16_t mask_ = 0, size_ = 0;
  std::uint16_t offered_ = 0;      ///< counts places, modulo 2^16, as the next two
  std::uint16_t published_ = 0;    ///< what the device may know of
  std::uint16_t taken_ = 0;        ///< what came back
  std::uint16_t first_flags_ = 0;  ///< of the descriptor at `published_`, when something is offered
  bool event_index_ = false;
  bool broken_ = false;
  const std::uint8_t* lent_ = nullptr;
  std::uint32_t stride_ = 0, lent_length_ = 0;
  Doorbell doorbell_;
};

inline void Ring::put(const void* data, std::uint32_t length, std::uint16_t flags, std::uint16_t id, std::uint16_t) {
  PackedDescriptor& descriptor = descriptors_[offered_ & mask_];
  descriptor.address = device_address(data);
  descriptor.length = length;
  descriptor.id = id;
  flags |= available_bits(offered_, size_);
  if (offered_ == published_)
    first_flags_ = flags;
  else
    store(descriptor.flags, flags);
  ++offered_;
}

inline bool Ring::publish() {
  if (offered_ == published_ || broken_) return false;
  const std::uint16_t before = published_;
  published_ = offered_;
  store_release(descriptors_[before & mask_].flags, first_flags_);
  fence();
  return fulfils(load(*device_), published_, before, size_);
}

}  // namespace wick::drivers::virtio_packed
