// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The driver's end of a split virtqueue (virtio 1.2 §2.7): offers heads of descriptor chains, takes finished ones back,
// decides about doorbells and interrupts. It keeps its own copy of every index, reads nothing back that the device may
// have changed but the two words that are the device's to write, and stops for good (`broken`) when the device
// claims to have finished more than it was given.

#include "abi/ring.h"
#include "class/access.h"
#include "class/shared.h"
#include "virtio/transport.h"

namespace wick::drivers::virtio {

/// What the driver writes and what the device writes stand in different cache lines.
inline constexpr std::uint64_t kCacheLine = 64;

class Ring {
 public:
  constexpr Ring() = default;

  /// What `place` takes at most.
  static constexpr std::uint64_t dma_bytes(std::uint16_t size) {
    return dma_share(sizeof(Descriptor) * size, kCacheLine) + dma_share(AvailableRing::bytes(size), kCacheLine) +
           dma_share(UsedRing::bytes(size), kCacheLine);
  }
  /// Takes the memory. @return bad_argument when its entries are no power of two
  Status place(DmaPool& pool, const QueueShape& shape);
  /// To be called once the device knows the memory.
  void connect(const Doorbell& doorbell) { doorbell_ = doorbell; }

  QueueMemory memory() const {
    return {static_cast<std::uint16_t>(mask_ + 1), device_address(descriptors_), device_address(available_),
            device_address(used_)};
  }
  std::uint16_t size() const { return size_; }
  bool broken() const { return broken_; }
  /// The device broke the rules: nothing is taken from it or given to it any more.
  void mark_broken() { broken_ = true; }

  /// Whether the descriptors of a chain name each other: each has a place of the table for itself.
  static constexpr bool kLinked = true;
  /// Writes the descriptor that stands there; `next` is the one that follows it in its chain.
  void put(const void* data, std::uint32_t length, std::uint16_t flags, std::uint16_t at, std::uint16_t next) {
    descriptors_[at] = {device_address(data), length, flags, next};
  }

  /// For a ring of buffers that are chains of their own for good: `size()` of them, one every `stride` bytes, into each
  /// of which the device may write `length` bytes.
  void lend(const std::uint8_t* first, std::uint32_t stride, std::uint32_t length) {
    for (std::uint16_t i = 0; i < size_; ++i)
      put(first + std::size_t{i} * stride, length, static_cast<std::uint16_t>(DescriptorFlag::write), i, 0);
  }

  /// Queues a chain by its first descriptor; the device sees it after `publish`. At most `size()` are ever under way.
  void offer(std::uint16_t head) { store(available_->ring[offered_++ & mask_], head); }
  void complete(std::uint16_t head) { offer(head); }
  std::uint16_t unpublished() const { return static_cast<std::uint16_t>(offered_ - published_); }

  /// Shows the device what was offered. @return whether it wants the doorbell
  bool publish();
  /// Publishes, with one doorbell at most.
  void kick() {
    if (publish()) doorbell_.ring();
  }

  /// Whether the device has finished at least so many chains that were not taken yet.
  bool finished(unsigned least = 1);
  /// The oldest of them; only when `finished` said so. Its content is the device's word: to be checked.
  UsedElement look() const {
    const UsedElement& element = used_->ring[taken_ & mask_];
    return {load(element.id), load(element.length)};
  }
  /// It is taken.
  void pass(std::uint16_t = 1) { ++taken_; }

  /// Asks for an interrupt as soon as `count` chains are finished. @return false when they are already
  bool arm(std::uint16_t count = 1);
  /// As soon as half of those that are under way are.
  bool arm_half() { return arm(static_cast<std::uint16_t>((published_ - taken_ + 1) / 2)); }

 private:
  Descriptor* descriptors_ = nullptr;
  AvailableRing* available_ = nullptr;
  UsedRing* used_ = nullptr;
  std::uint16_t mask_ = 0;  ///< of the places of both rings: a legacy device may have more of them than we descriptors
  std::uint16_t size_ = 0;
  std::uint16_t offered_ = 0;    ///< counts chains, modulo 2^16, as the next two
  std::uint16_t published_ = 0;  ///< what the device may know of
  std::uint16_t taken_ = 0;      ///< what came back
  bool event_index_ = false;
  bool broken_ = false;
  Doorbell doorbell_;
};

inline bool Ring::publish() {
  if (offered_ == published_ || broken_) return false;
  const std::uint16_t before = published_;
  published_ = offered_;
  store_release(available_->index, published_);
  fence();
  if (event_index_) return ring_needs_event(load(used_->available_event(mask_ + 1u)), published_, before);
  return (load(used_->flags) & kNoNotify) == 0;
}

inline bool Ring::finished(unsigned least) {
  const std::uint16_t count = static_cast<std::uint16_t>(load_acquire(used_->index) - taken_);
  if (count > static_cast<std::uint16_t>(published_ - taken_)) broken_ = true;
  return !broken_ && count >= least;
}

}  // namespace wick::drivers::virtio
