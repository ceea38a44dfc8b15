// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio/ring.h"

namespace wick::drivers::virtio {

namespace {

// §2.7: the alignment of each part.
constexpr std::uint64_t kDescriptorAlignment = 16, kAvailableAlignment = 2, kUsedAlignment = 4;
static_assert(kCacheLine % kDescriptorAlignment == 0 && kCacheLine % kAvailableAlignment == 0 &&
              kCacheLine % kUsedAlignment == 0);

}  // namespace

Status Ring::place(DmaPool& pool, const QueueShape& shape) {
  if (shape.entries == 0 || (shape.entries & (shape.entries - 1)) != 0) return Status::bad_argument;
  const std::uint16_t size = shape.legacy.size ? shape.legacy.size : shape.entries;
  // Of all this memory the device reads nothing that we did not write, but for the words cleared below.
  if (shape.legacy.size) {
    descriptors_ = reinterpret_cast<Descriptor*>(raw(shape.legacy.descriptors));
    available_ = reinterpret_cast<AvailableRing*>(raw(shape.legacy.available));
    used_ = reinterpret_cast<UsedRing*>(raw(shape.legacy.used));
  } else {
    descriptors_ = static_cast<Descriptor*>(pool.take_uncleared(sizeof(Descriptor) * size, kCacheLine));
    available_ = static_cast<AvailableRing*>(
        pool.take_uncleared(sizeof(AvailableRing) + sizeof(std::uint16_t) * size + kEventBytes, kCacheLine));
    used_ = static_cast<UsedRing*>(
        pool.take_uncleared(sizeof(UsedRing) + sizeof(UsedElement) * size + kEventBytes, kCacheLine));
  }
  if (!descriptors_ || !available_ || !used_) return Status::no_memory;

  mask_ = static_cast<std::uint16_t>(size - 1);
  size_ = shape.entries;
  offered_ = published_ = taken_ = 0;
  event_index_ = shape.event_index;
  broken_ = false;
  available_->flags = available_->index = 0;
  used_->flags = used_->index = 0;
  available_event() = 0;
  used_event() = 0;
  disarm();
  return Status::ok;
}

QueueMemory Ring::memory() const {
  return {static_cast<std::uint16_t>(mask_ + 1), device_address(descriptors_), device_address(available_),
          device_address(used_)};
}

bool Ring::arm(std::uint16_t count) {
  if (broken_) return true;  // nothing will come: sleep, the error shows at the next request
  const std::uint16_t wanted = static_cast<std::uint16_t>(taken_ + count);
  if (event_index_) {
    store(used_event(), static_cast<std::uint16_t>(wanted - 1));
  } else {
    store(available_->flags, std::uint16_t{0});
  }
  fence();
  return !finished(count);
}

// With EVENT_IDX there is no "never": an index that lies half of the number space away comes close (§2.7.7.1).
void Ring::disarm() {
  if (event_index_) {
    store(used_event(), static_cast<std::uint16_t>(taken_ + 0x8000));
  } else {
    store(available_->flags, kNoInterrupt);
  }
}

}  // namespace wick::drivers::virtio
