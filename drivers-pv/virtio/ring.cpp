// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio/ring.h"

namespace wick::drivers::virtio {

static_assert(kCacheLine % 16 == 0);  // of descriptors; what the other parts ask for divides it (§2.7)

Status Ring::place(DmaPool& pool, const QueueShape& shape) {
  if (shape.entries == 0 || (shape.entries & (shape.entries - 1)) != 0) return Status::bad_argument;
  const std::uint16_t size = shape.legacy.size ? shape.legacy.size : shape.entries;
  // Of all this memory the device reads nothing that we did not write, but for the words cleared below.
  const auto part = [&](Gpa legacy, std::uint64_t bytes) {
    return shape.legacy.size ? reinterpret_cast<void*>(raw(legacy)) : pool.take_uncleared(bytes, kCacheLine);
  };
  descriptors_ = static_cast<Descriptor*>(part(shape.legacy.descriptors, sizeof(Descriptor) * size));
  available_ = static_cast<AvailableRing*>(part(shape.legacy.available, AvailableRing::bytes(size)));
  used_ = static_cast<UsedRing*>(part(shape.legacy.used, UsedRing::bytes(size)));
  if (!descriptors_ || !available_ || !used_) return Status::no_memory;

  mask_ = static_cast<std::uint16_t>(size - 1);
  size_ = shape.entries;
  offered_ = published_ = taken_ = 0;
  event_index_ = shape.event_index;
  broken_ = false;
  available_->index = used_->flags = used_->index = used_->available_event(size) = 0;
  // No interrupt before `arm`: with EVENT_IDX there is no "never", but an index half of the number space away
  // (§2.7.7.1).
  available_->flags = event_index_ ? std::uint16_t{0} : kNoInterrupt;
  available_->used_event(size) = 0x8000;
  return Status::ok;
}

bool Ring::arm(std::uint16_t count) {
  if (broken_) return true;  // nothing will come: sleep, the error shows at the next request
  const std::uint16_t wanted = static_cast<std::uint16_t>(taken_ + count);
  if (event_index_) {
    store(available_->used_event(mask_ + 1u), static_cast<std::uint16_t>(wanted - 1));
  } else {
    store(available_->flags, std::uint16_t{0});
  }
  fence();
  return !finished(count);
}

}  // namespace wick::drivers::virtio
