// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "devices/e1000/transmit.h"

#include "class/shared.h"

namespace wick::hv::e1000 {
namespace {

constexpr std::uint64_t kRingAlignment = 128;
constexpr std::uint32_t kMinFrame = 14, kMaxFrame = 1518;  // without the sum, with a VLAN tag
constexpr std::uint32_t kChecksumBytes = 2;

/// Whether the checksum lies in the frame and in reach of the context's 8-bit fields.
bool checksum_fits(const TransmitHints& hints, std::uint32_t frame) {
  const std::uint32_t at = std::uint32_t{hints.checksum_start} + hints.checksum_offset;
  return at <= 0xff && at + kChecksumBytes <= frame;
}

}  // namespace

std::uint64_t TransmitRing::dma_bytes(std::uint32_t entries) {
  return dma_share(entries * sizeof(DataDescriptor), kRingAlignment);
}

Status TransmitRing::place(DmaPool& pool, std::uint32_t entries, Sent* sent) {
  mask_ = entries - 1;
  sent_ = sent;
  descriptors_ = static_cast<DataDescriptor*>(pool.take(bytes(), kRingAlignment));
  return descriptors_ ? Status::ok : Status::no_memory;
}

Status TransmitRing::put(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) {
  std::uint64_t length = 0;
  for (const auto& segment : segments) length += segment.length;
  if (length < kMinFrame || length > kMaxFrame || hints.segment_size != 0) return Status::bad_argument;
  if (hints.checksum && !checksum_fits(hints, static_cast<std::uint32_t>(length))) return Status::bad_argument;
  // One descriptor always stays free: head and tail are equal only when all is sent (§3.4).
  const std::size_t count = segments.size() + (hints.checksum ? 1 : 0);
  if (count > mask_) return Status::bad_argument;
  if (count > mask_ - (put_ - taken_)) return Status::would_block;

  sent_[put_ & mask_] = {token, static_cast<std::uint32_t>(count)};
  if (hints.checksum) put_context(hints);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    put_data(device_address(segments[i].data),
             segments[i].length | (last ? kCommandEnd | kCommandReport : 0) | kCommandInsertFcs,
             hints.checksum ? kOptionChecksum : 0);
  }
  return Status::ok;
}

void TransmitRing::put_context(const TransmitHints& hints) {
  ContextDescriptor context{};
  context.start = static_cast<std::uint8_t>(hints.checksum_start);
  context.offset = static_cast<std::uint8_t>(hints.checksum_start + hints.checksum_offset);
  context.command = kCommandExtended;
  __builtin_memcpy(&descriptors_[put_++ & mask_], &context, sizeof context);
}

void TransmitRing::put_data(Gpa address, std::uint32_t command, std::uint8_t options) {
  descriptors_[put_++ & mask_] = {raw(address), command | kDataKind | kCommandExtended, 0, options, 0};
}

std::uint32_t TransmitRing::publish_tail() {
  published_ = put_;
  __atomic_thread_fence(__ATOMIC_RELEASE);
  return put_ & mask_;
}

bool TransmitRing::ready() const {
  if (taken_ == published_) return false;
  const std::uint32_t last = taken_ + sent_[taken_ & mask_].descriptors - 1;
  return (load_acquire(descriptors_[last & mask_].status) & kTransmitDone) != 0;
}

void* TransmitRing::take() {
  const Sent& sent = sent_[taken_ & mask_];
  taken_ += sent.descriptors;
  return sent.token;
}

}  // namespace wick::hv::e1000
