// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A ring whose descriptors are shared out among chains of any length: transmit queues, disks, consoles. Which
// descriptor follows which, who owns a chain and how many bytes the device may have written is remembered in private
// memory; the descriptor table is only ever written.

#include "virtio/ring.h"

namespace wick::drivers::virtio {

/// What is remembered of a descriptor; the fields but `next` belong to the chain that starts with it.
struct Slot {
  void* token;
  std::uint32_t writable;  ///< bytes that the device may write
  std::uint16_t next;      ///< in the chain, or in the list of free ones
  std::uint16_t last;      ///< of the chain
  std::uint16_t count;     ///< descriptors of the chain; 0: none starts here
};

/// A finished chain.
struct Finished {
  void* token;
  std::uint32_t length;  ///< bytes that the device wrote, not more than it was allowed
  std::uint16_t head;
};

class Queue : public Ring {
 public:
  constexpr Queue() = default;

  /// @param slots at least as many as entries, not in the DMA pool
  Status place(DmaPool& pool, Slot* slots, const QueueShape& shape);

  std::uint16_t free() const { return free_count_; }
  std::uint16_t in_flight() const { return static_cast<std::uint16_t>(size() - free_count_); }
  /// The head of the next chain: drivers keep a record for each possible head.
  std::uint16_t next_head() const { return free_; }

  /// Writes one chain of `count` descriptors, `count` >= 1 and <= `free()`: put each, then offer it with its token.
  class Chain {
   public:
    Chain(Queue& queue, std::uint16_t count) : queue_(queue), at_(queue.free_), count_(count), left_(count) {}
    /// A piece that the device reads.
    void put(const void* data, std::uint32_t length) { put(data, length, 0); }
    /// A piece that the device writes; all of these follow those that it reads (§2.7.4.2).
    void put_writable(void* data, std::uint32_t length) {
      writable_ += length;
      put(data, length, static_cast<std::uint16_t>(DescriptorFlag::write));
    }
    /// The device may say that it wrote so many bytes more than it can have.
    void excuse(std::uint32_t length) { writable_ += length; }
    void offer(void* token);

   private:
    void put(const void* data, std::uint32_t length, std::uint16_t flags);

    Queue& queue_;
    std::uint16_t at_, last_ = 0, count_, left_;
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
  bool counts_badly_ = false;  ///< a legacy device: what it says that it wrote is often wrong (§2.7.8.3)
};

inline void Queue::Chain::put(const void* data, std::uint32_t length, std::uint16_t flags) {
  const std::uint16_t next = queue_.slots_[at_].next;
  if (--left_ != 0) flags |= static_cast<std::uint16_t>(DescriptorFlag::next);
  queue_.descriptor(at_) = {device_address(data), length, flags, next};
  last_ = at_;
  at_ = next;
}

inline void Queue::Chain::offer(void* token) {
  const std::uint16_t head = queue_.free_;
  Slot& slot = queue_.slots_[head];
  slot.token = token;
  slot.writable = writable_;
  slot.last = last_;
  slot.count = count_;
  queue_.free_ = at_;
  queue_.free_count_ = static_cast<std::uint16_t>(queue_.free_count_ - count_);
  queue_.Ring::offer(head);
}

inline bool Queue::collect(Finished& finished) {
  if (!Ring::finished()) return false;
  const UsedElement element = take();
  // An id that is no head of a chain under way, or more bytes than there was room for: a device to stay away from.
  if (element.id >= size() || slots_[element.id].count == 0 ||
      (element.length > slots_[element.id].writable && !counts_badly_)) {
    mark_broken();
    return false;
  }
  Slot& slot = slots_[element.id];
  finished = {slot.token, element.length, static_cast<std::uint16_t>(element.id)};
  if (element.length > slot.writable) [[unlikely]]
    finished.length = slot.writable;
  slots_[slot.last].next = free_;
  free_ = finished.head;
  free_count_ = static_cast<std::uint16_t>(free_count_ + slot.count);
  slot.count = 0;
  return true;
}

/// What drivers are made of that leave the format of their queues open.
struct SplitRings {
  using Ring = virtio::Ring;
  using Queue = virtio::Queue;
  static constexpr std::uint64_t kFeature = 0;
};

}  // namespace wick::drivers::virtio
