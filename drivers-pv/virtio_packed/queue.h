// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A packed ring whose places are shared out among chains of any length, as virtio/queue.h has it for split ones. A
// chain has an id, which the device hands back in whatever order; what it was given stands in private memory.

#include "virtio_packed/ring.h"

namespace wick::drivers::virtio_packed {

using virtio::Finished;
using virtio::Slot;

class Queue : public Ring {
 public:
  constexpr Queue() = default;

  /// @param slots at least as many as entries, not in the DMA pool
  Status place(DmaPool& pool, Slot* slots, const QueueShape& shape);

  std::uint16_t free() const { return free_count_; }
  std::uint16_t in_flight() const { return static_cast<std::uint16_t>(size() - free_count_); }
  /// The id of the next chain: drivers keep a record for each.
  std::uint16_t next_head() const { return free_; }

  /// Writes one chain of `count` descriptors, `count` >= 1 and <= `free()`: put each, then offer it with its token.
  class Chain {
   public:
    Chain(Queue& queue, std::uint16_t count) : queue_(queue), count_(count), left_(count) {}
    /// A piece that the device reads.
    void put(const void* data, std::uint32_t length) { put(data, length, 0); }
    /// A piece that the device writes; all of these follow those that it reads (§2.8.9).
    void put_writable(void* data, std::uint32_t length) {
      writable_ += length;
      put(data, length, static_cast<std::uint16_t>(DescriptorFlag::write));
    }
    void offer(void* token);

   private:
    void put(const void* data, std::uint32_t length, std::uint16_t flags) {
      if (--left_ != 0) flags |= static_cast<std::uint16_t>(DescriptorFlag::next);
      queue_.Ring::put(data, length, queue_.free_, flags);
    }

    Queue& queue_;
    std::uint16_t count_, left_;
    std::uint32_t writable_ = 0;
  };

  /// Takes the oldest finished chain back. @return false when there is none
  bool collect(Finished& finished);

  /// Gives up a chain that is still under way, once the device was reset. @return false when there is none
  bool abandon(void*& token);

 private:
  Slot* slots_ = nullptr;
  std::uint16_t free_ = 0;
  std::uint16_t free_count_ = 0;
};

inline void Queue::Chain::offer(void* token) {
  Slot& slot = queue_.slots_[queue_.free_];
  slot.token = token;
  slot.writable = writable_;
  slot.count = count_;
  queue_.free_ = slot.next;
  queue_.free_count_ = static_cast<std::uint16_t>(queue_.free_count_ - count_);
}

inline bool Queue::collect(Finished& finished) {
  if (!Ring::finished()) return false;
  // The length counts whether the device set the flag for "I wrote" or not (§2.8.5): QEMU never does.
  const UsedElement element = look();
  // An id of no chain under way, or more bytes than there was room for: a device to stay away from.
  if (element.id >= size() || slots_[element.id].count == 0 || element.length > slots_[element.id].writable) {
    mark_broken();
    return false;
  }
  Slot& slot = slots_[element.id];
  finished = {slot.token, element.length, static_cast<std::uint16_t>(element.id)};
  take(slot.count);
  slot.next = free_;
  free_ = finished.head;
  free_count_ = static_cast<std::uint16_t>(free_count_ + slot.count);
  slot.count = 0;
  return true;
}

/// What drivers are made of whose queues are packed.
struct PackedRings {
  using Ring = virtio_packed::Ring;
  using Queue = virtio_packed::Queue;
  static constexpr std::uint64_t kFeature = wick::virtio::kRingPacked;
};

}  // namespace wick::drivers::virtio_packed
