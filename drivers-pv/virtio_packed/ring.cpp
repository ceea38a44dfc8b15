// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio_packed/ring.h"

namespace wick::drivers::virtio_packed {

static_assert(kCacheLine % alignof(PackedDescriptor) == 0 && kCacheLine % alignof(EventSuppression) == 0);

Status Ring::place(DmaPool& pool, const QueueShape& shape) {
  if (shape.entries == 0 || (shape.entries & (shape.entries - 1)) != 0) return Status::bad_argument;
  // Cleared, no descriptor is available or used on the first lap.
  descriptors_ = static_cast<PackedDescriptor*>(pool.take(sizeof(PackedDescriptor) * shape.entries, kCacheLine));
  driver_ = static_cast<EventSuppression*>(pool.take(sizeof(EventSuppression), kCacheLine));
  device_ = static_cast<EventSuppression*>(pool.take(sizeof(EventSuppression), kCacheLine));
  if (!descriptors_ || !driver_ || !device_) return Status::no_memory;

  size_ = shape.entries;
  mask_ = static_cast<std::uint16_t>(size_ - 1);
  offered_ = published_ = taken_ = 0;
  event_index_ = shape.event_index;
  broken_ = false;
  wish({0, static_cast<std::uint16_t>(EventWish::never)});
  return Status::ok;
}

bool Ring::arm_at(std::uint16_t place) {
  if (broken_) return true;  // nothing will come: sleep, the error shows at the next request
  wish(event_index_ ? wish_at(place, size_) : EventSuppression{0, static_cast<std::uint16_t>(EventWish::always)});
  fence();
  return !finished();
}

}  // namespace wick::drivers::virtio_packed
