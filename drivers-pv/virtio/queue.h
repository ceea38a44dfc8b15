// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A ring, of either format, whose descriptors are shared out among chains of any length: transmit queues, disks,
// consoles. What was given to the device is remembered in private memory (slots.h); descriptors are only ever written.

#include "virtio/ring.h"
#include "virtio/slots.h"

namespace wick::drivers::virtio {

/// A finished chain.
struct Finished {
  void* token;
  std::uint32_t length;  ///< bytes that the device wrote, not more than it was allowed
  std::uint16_t head;
};

template <typename Ring>
class BasicQueue : public Ring, public SlotTable {
 public:
  constexpr BasicQueue() = default;

  /// @param slots at least as many as entries, not in the DMA pool
  Status place(DmaPool& pool, Slot* slots, const QueueShape& shape) {
    clear(slots, shape.entries);
    counts_badly_ = shape.legacy.size != 0;
    return Ring::place(pool, shape);
  }

  /// Writes one chain of `count` descriptors, `count` >= 1 and <= `free()`: put each, then offer it with its token.
  class Chain {
   public:
    Chain(BasicQueue& queue, std::uint16_t count)
        : queue_(queue), at_(queue.next_head()), last_(at_), count_(count), left_(count) {}
    /// A piece that the device reads.
    void put(const void* data, std::uint32_t length) { put(data, length, 0); }
    /// A piece that the device writes; all of these follow those that it reads (§2.7.4.2 and §2.8.9).
    void put_writable(void* data, std::uint32_t length) {
      writable_ += length;
      put(data, length, static_cast<std::uint16_t>(DescriptorFlag::write));
    }
    /// The device may say that it wrote so many bytes more than it can have.
    void excuse(std::uint32_t length) { writable_ += length; }
    void offer(void* token) {
      const std::uint16_t head = queue_.next_head();
      queue_.begin(token, writable_, Ring::kLinked ? last_ : head, count_);
      queue_.Ring::complete(head);
    }

   private:
    void put(const void* data, std::uint32_t length, std::uint16_t flags) {
      if (--left_ != 0) flags |= static_cast<std::uint16_t>(DescriptorFlag::next);
      const std::uint16_t at = Ring::kLinked ? at_ : queue_.next_head();
      at_ = queue_.slot(last_ = at).next;
      queue_.Ring::put(data, length, flags, at, at_);
    }

    BasicQueue& queue_;
    std::uint16_t at_, last_, count_, left_;
    std::uint32_t writable_ = 0;
  };

  /// Takes the oldest finished chain back. @return false when there is none
  bool collect(Finished& finished) {
    if (!Ring::finished()) return false;
    const UsedElement element = Ring::look();
    Slot* slot = chain(element.id);
    const bool too_long = slot && element.length > slot->writable;
    // No head of a chain under way, or more bytes than there was room for: a device to stay away from.
    if (!slot || (too_long && !counts_badly_)) {
      Ring::mark_broken();
      return false;
    }
    finished = {slot->token, too_long ? slot->writable : element.length, static_cast<std::uint16_t>(element.id)};
    Ring::pass(slot->count);
    end(*slot, Ring::kLinked ? SlotTable::slot(slot->last) : *slot, finished.head);
    return true;
  }

 private:
  bool counts_badly_ = false;  ///< a legacy device: what it says that it wrote is often wrong (§2.7.8.3)
};

/// What drivers are made of that leave the format of their queues open.
struct SplitRings {
  using Ring = virtio::Ring;
  using Queue = BasicQueue<Ring>;
  static constexpr std::uint64_t kFeature = 0;
};
using Queue = SplitRings::Queue;

}  // namespace wick::drivers::virtio
