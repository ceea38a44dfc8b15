// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "devices/e1000/receive.h"

#include "class/shared.h"

namespace wick::hv::e1000 {
namespace {

/// The chip's buffer size: it never writes beyond, whatever arrives.
constexpr std::uint32_t kBufferBytes = 2048;
/// So that the IP header behind the Ethernet header is aligned.
constexpr std::uint32_t kPadding = 2;
constexpr std::uint32_t kBufferStride = kBufferBytes + 64;
constexpr std::uint64_t kRingAlignment = 128;
constexpr std::uint16_t kMinFrame = 14;

}  // namespace

std::uint64_t ReceiveRing::dma_bytes(std::uint32_t entries) {
  return dma_share(entries * sizeof(ReceiveDescriptor), kRingAlignment) +
         dma_share(std::uint64_t{kBufferStride} * entries, kRingAlignment);
}

Status ReceiveRing::place(DmaPool& pool, std::uint32_t entries, ReceiveBuffer* buffers) {
  mask_ = entries - 1;
  buffers_ = buffers;
  descriptors_ = static_cast<ReceiveDescriptor*>(pool.take(bytes(), kRingAlignment));
  memory_ = static_cast<std::uint8_t*>(pool.take_uncleared(std::uint64_t{kBufferStride} * entries, kRingAlignment));
  if (!descriptors_ || !memory_) return Status::no_memory;
  for (std::uint32_t i = 0; i < entries; ++i) {
    buffers[i].index = static_cast<std::uint16_t>(i);
    give(buffers[i]);
  }
  return Status::ok;
}

void ReceiveRing::give(ReceiveBuffer& buffer) {
  const std::uint32_t slot = given_++ & mask_;
  buffer_in_[slot] = buffer.index;
  const auto* data = memory_ + std::uint64_t{kBufferStride} * buffer.index + kPadding;
  descriptors_[slot] = {raw(device_address(data)), 0, 0, 0, 0, 0};
}

// The tail is one behind the last descriptor that is the chip's; when it met the head, the ring would look empty. So
// the chip never gets the last one.
std::uint32_t ReceiveRing::publish_tail() {
  published_ = given_;
  __atomic_thread_fence(__ATOMIC_RELEASE);
  return (given_ - 1) & mask_;
}

bool ReceiveRing::ready() const {
  return taken_ != published_ && (load_acquire(descriptors_[taken_ & mask_].status) & kReceiveDone) != 0;
}

ReceiveBuffer* ReceiveRing::take() {
  const std::uint32_t slot = taken_++ & mask_;
  const ReceiveDescriptor& descriptor = descriptors_[slot];
  const std::uint8_t status = load(descriptor.status), errors = load(descriptor.errors);
  ReceiveBuffer& buffer = buffers_[buffer_in_[slot]];
  buffer.next = nullptr;
  buffer.data = memory_ + std::uint64_t{kBufferStride} * buffer.index + kPadding;
  buffer.length = load(descriptor.length);
  buffer.checksum_partial = false;
  buffer.checksum_good = (status & (kIgnoreChecksum | kTcpChecked)) == kTcpChecked && (errors & kChecksumErrors) == 0;

  const bool whole = !skipping_ && (status & kEndOfPacket) != 0;
  skipping_ = (status & kEndOfPacket) == 0;
  if (whole && !(errors & kFrameErrors) && buffer.length >= kMinFrame && buffer.length <= kBufferBytes) return &buffer;
  give(buffer);
  return nullptr;
}

}  // namespace wick::hv::e1000
