// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who owns which places of a queue, whatever its format: chains under way, their tokens, and how many bytes the device
// may have written. All of it is private memory, by which what a device says is checked.

#include "abi/types.h"

namespace wick::drivers::virtio {

/// What is remembered of a place; the fields but `next` belong to the chain that starts with it.
struct Slot {
  void* token;
  std::uint32_t writable;  ///< bytes that the device may write
  std::uint16_t next;      ///< in the chain, or in the list of free ones
  std::uint16_t last;      ///< of the chain
  std::uint16_t count;     ///< descriptors of the chain; 0: none starts here
};

class SlotTable {
 public:
  constexpr SlotTable() = default;

  std::uint16_t free() const { return free_count_; }
  std::uint16_t in_flight() const { return static_cast<std::uint16_t>(entries_ - free_count_); }
  /// The head of the next chain: drivers keep a record for each possible head.
  std::uint16_t next_head() const { return free_; }
  /// Gives up a chain that is still under way, once the device was reset. @return false when there is none
  bool abandon(void*& token) {
    for (std::uint16_t i = 0; i < entries_; ++i) {
      if (slots_[i].count == 0) continue;
      slots_[i].count = 0;
      token = slots_[i].token;
      return true;
    }
    return false;
  }

 protected:
  void clear(Slot* slots, std::uint16_t entries) {
    slots_ = slots;
    entries_ = free_count_ = entries;
    free_ = 0;
    for (std::uint16_t i = 0; i < entries; ++i) slots[i] = {nullptr, 0, static_cast<std::uint16_t>(i + 1), i, 0};
  }
  Slot& slot(std::uint16_t place) { return slots_[place]; }

  /// The chain from `next_head()` to `last`, which has `count` descriptors, is under way.
  void begin(void* token, std::uint32_t writable, std::uint16_t last, std::uint16_t count) {
    Slot& slot = slots_[free_];
    free_ = slots_[last].next;
    slot = {token, writable, slot.next, last, count};
    free_count_ = static_cast<std::uint16_t>(free_count_ - count);
  }
  /// @return the chain under way that starts there; nullptr: none does
  Slot* chain(std::uint32_t head) const { return head < entries_ && slots_[head].count != 0 ? &slots_[head] : nullptr; }
  void end(Slot& slot, Slot& last, std::uint16_t head) {
    last.next = free_;
    free_ = head;
    free_count_ = static_cast<std::uint16_t>(free_count_ + slot.count);
    slot.count = 0;
  }

 private:
  Slot* slots_ = nullptr;
  std::uint16_t entries_ = 0, free_ = 0, free_count_ = 0;
};

}  // namespace wick::drivers::virtio
