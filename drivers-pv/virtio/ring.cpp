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

Status Ring::place(DmaPool& pool, std::uint16_t size, bool event_index) {
  if (size == 0 || (size & (size - 1)) != 0) return Status::bad_argument;
  // Of all this memory the device reads nothing that we did not write, but for the words cleared below.
  descriptors_ = static_cast<Descriptor*>(pool.take_uncleared(sizeof(Descriptor) * size, kCacheLine));
  available_ = static_cast<AvailableRing*>(
      pool.take_uncleared(sizeof(AvailableRing) + sizeof(std::uint16_t) * size + kEventBytes, kCacheLine));
  used_ = static_cast<UsedRing*>(
      pool.take_uncleared(sizeof(UsedRing) + sizeof(UsedElement) * size + kEventBytes, kCacheLine));
  if (!descriptors_ || !available_ || !used_) return Status::no_memory;

  mask_ = static_cast<std::uint16_t>(size - 1);
  offered_ = published_ = taken_ = 0;
  event_index_ = event_index;
  broken_ = false;
  available_->flags = available_->index = 0;
  used_->flags = used_->index = 0;
  available_event() = 0;
  used_event() = 0;
  disarm();
  return Status::ok;
}

QueueMemory Ring::memory() const {
  return {size(), device_address(descriptors_), device_address(available_), device_address(used_)};
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
  return finished() < count;
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
