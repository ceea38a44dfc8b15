// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "vmware/receive.h"

namespace wick::drivers::vmware {
namespace {

/// A full frame with a VLAN tag, behind padding that aligns its IP header.
constexpr std::uint32_t kBufferBytes = 1536, kPadding = 2;
constexpr std::uint32_t kFrameRoom = kBufferBytes - kPadding, kMinFrame = 14;
constexpr std::uint64_t kCacheLine = 64;
/// The device may complete each descriptor of both rings before one completion is taken.
constexpr std::uint32_t completions_for(std::uint32_t entries) { return 2 * entries; }

}  // namespace

std::uint64_t Receive::dma_bytes(std::uint32_t entries) {
  return dma_share(entries * sizeof(ReceiveDescriptor), kRingAlignment) +
         dma_share(kFewestEntries * sizeof(ReceiveDescriptor), kRingAlignment) +
         Completions::dma_bytes(completions_for(entries)) +
         dma_share(std::uint64_t{kBufferBytes} * entries, kCacheLine);
}

bool Receive::place(DmaPool& pool, std::uint32_t entries, ReceiveBuffer* buffers) {
  descriptors_ = static_cast<ReceiveDescriptor*>(pool.take(entries * sizeof(ReceiveDescriptor), kRingAlignment));
  second_ = static_cast<ReceiveDescriptor*>(pool.take(kFewestEntries * sizeof(ReceiveDescriptor), kRingAlignment));
  memory_ = static_cast<std::uint8_t*>(pool.take_uncleared(std::uint64_t{kBufferBytes} * entries, kCacheLine));
  if (!completions_.place(pool, completions_for(entries)) || !descriptors_ || !second_ || !memory_) return false;
  buffers_ = buffers;
  given_ = taken_ = Position(entries);
  for (std::uint32_t i = 0; i < entries; ++i) {
    buffers[i].index = static_cast<std::uint16_t>(i);
    give(buffers[i]);
  }
  return true;
}

void Receive::describe(ReceiveQueue& queue) const {
  const std::uint32_t entries = given_.count();  // all have just been given
  queue.rings[0] = raw(device_address(descriptors_));
  queue.rings[1] = raw(device_address(second_));
  queue.completions = raw(completions_.base());
  queue.entries[0] = entries;
  queue.entries[1] = kFewestEntries;
  queue.completion_entries = completions_for(entries);
}

void Receive::give(ReceiveBuffer& buffer) {
  ReceiveDescriptor& descriptor = descriptors_[given_.slot()];
  buffer_in_[given_.slot()] = buffer.index;
  store(descriptor.address, raw(device_address(memory_ + std::size_t{buffer.index} * kBufferBytes + kPadding)));
  store_release(descriptor.length, kFrameRoom | (given_.generation() ? kGeneration : 0));
  given_.advance();
}

/// Descriptors that the device passed over are given again as they were.
/// @return false when it has no such descriptor
bool Receive::skip_to(std::uint32_t slot) {
  for (std::uint32_t left = given_.count() - taken_.count(); left != 0; --left) {
    if (taken_.slot() == slot) return true;
    ReceiveBuffer& passed = buffers_[buffer_in_[taken_.slot()]];
    taken_.advance();
    give(passed);
  }
  return false;
}

ReceiveBuffer* Receive::take() {
  const Completion done = completions_.take();
  if (!skip_to(done.index & kIndexMask)) {
    broken_ = true;
    return nullptr;
  }
  ReceiveBuffer& buffer = buffers_[buffer_in_[taken_.slot()]];
  taken_.advance();
  buffer.next = nullptr;
  buffer.data = memory_ + std::size_t{buffer.index} * kBufferBytes + kPadding;
  buffer.length = done.length & kLengthMask;
  buffer.checksum_partial = false;
  buffer.checksum_good = !(done.index & kNoChecksum) && (done.state & kChecksumGood) != 0;
  const bool whole = (done.index & (kFirst | kLast)) == (kFirst | kLast) && !(done.length & kReceiveError);
  if (whole && buffer.length >= kMinFrame && buffer.length <= kFrameRoom) return &buffer;
  give(buffer);
  return nullptr;
}

}  // namespace wick::drivers::vmware
