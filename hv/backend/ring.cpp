// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "backend/ring.h"

#include "backend/host.h"

namespace wick::hv {

using drivers::fence;
using drivers::load;
using drivers::load_acquire;
using drivers::store;
using drivers::store_release;

namespace {

constexpr bool has(std::uint16_t flags, DescriptorFlag flag) { return flags & static_cast<std::uint16_t>(flag); }

/// §2.7: the alignment of each part.
constexpr bool aligned(Gpa address, std::uint64_t to) { return raw(address) % to == 0; }

}  // namespace

Status DeviceRing::attach(const DeviceQueue& queue, bool event_index) {
  const std::uint64_t size = queue.size;
  if (size == 0 || (size & (size - 1)) != 0 || size > queue.most || size > kMaxEntries) return Status::bad_argument;
  if (!aligned(queue.descriptors, 16) || !aligned(queue.available, 2) || !aligned(queue.used, 4))
    return Status::bad_argument;
  auto* descriptors = device_memory(queue.descriptors, size * sizeof(Descriptor), true);
  auto* available = device_memory(queue.available, AvailableRing::bytes(size), true);
  auto* used = device_memory(queue.used, UsedRing::bytes(size), true);
  if (!descriptors || !available || !used) return Status::bad_argument;
  *this = {};
  descriptors_ = static_cast<const Descriptor*>(descriptors);
  available_ = static_cast<AvailableRing*>(available);
  used_ = static_cast<UsedRing*>(used);
  mask_ = static_cast<std::uint16_t>(size - 1);
  event_index_ = event_index;
  return Status::ok;
}

std::uint16_t DeviceRing::waiting() {
  if (!live() || broken_) return 0;
  const auto count = static_cast<std::uint16_t>(load_acquire(available_->index) - taken_);
  if (count > mask_ + 1) broken_ = true;
  return broken_ ? 0 : count;
}

bool DeviceRing::take(Chain& chain) {
  if (waiting() == 0) return false;
  chain.head = load(available_->ring[taken_ & mask_]);
  chain.count = 0;
  for (std::uint16_t index = chain.head;;) {
    if (index > mask_ || chain.count == kMaxSegments) return fail();
    const Descriptor& shared = descriptors_[index];
    const Descriptor copy{load(shared.address), load(shared.length), load(shared.flags), load(shared.next)};
    const bool writable = has(copy.flags, DescriptorFlag::write);
    if (has(copy.flags, DescriptorFlag::indirect) || copy.length == 0 || copy.length > kMaxBytes) return fail();
    auto* data = static_cast<std::uint8_t*>(device_memory(copy.address, copy.length, writable));
    if (!data) return fail();
    chain.segments[chain.count++] = {data, copy.length, writable};
    if (!has(copy.flags, DescriptorFlag::next)) break;
    index = copy.next;
  }
  ++taken_;
  return true;
}

void DeviceRing::finish(std::uint16_t head, std::uint32_t written) {
  UsedElement& element = used_->ring[finished_++ & mask_];
  store(element.id, std::uint32_t{head});
  store(element.length, written);
}

bool DeviceRing::publish() {
  if (!live() || finished_ == published_) return false;
  const std::uint16_t before = published_;
  published_ = finished_;
  store_release(used_->index, published_);
  fence();
  if (event_index_) return ring_needs_event(load(available_->used_event(mask_ + 1u)), published_, before);
  return (load(available_->flags) & kNoInterrupt) == 0;
}

bool DeviceRing::awaited(std::uint32_t count) {
  if (!live()) return false;
  if (event_index_)
    return ring_needs_event(load(available_->used_event(mask_ + 1u)), static_cast<std::uint16_t>(published_ + count),
                            published_);
  return (load(available_->flags) & kNoInterrupt) == 0;
}

bool DeviceRing::arm() {
  if (!live() || broken_) return true;
  if (!guest_must_ring()) {
    disarm();
    return waiting() == 0;
  }
  if (event_index_)
    store(used_->available_event(mask_ + 1u), taken_);
  else
    store(used_->flags, std::uint16_t{0});
  fence();
  return waiting() == 0;
}

// With EVENT_IDX there is no "never": an index that lies half of the number space away comes close (§2.7.7.1).
void DeviceRing::disarm() {
  if (!live()) return;
  if (event_index_)
    store(used_->available_event(mask_ + 1u), static_cast<std::uint16_t>(taken_ + 0x8000));
  else
    store(used_->flags, kNoNotify);
}

void DeviceRing::go_back(const Indices& to) {
  taken_ = to.taken;
  finished_ = to.finished;
  published_ = to.published;
  broken_ = false;
}

}  // namespace wick::hv
