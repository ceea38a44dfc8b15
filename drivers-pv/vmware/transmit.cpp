// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "vmware/transmit.h"

namespace wick::drivers::vmware {
namespace {

constexpr std::uint32_t kMinFrame = 14, kMaxFrame = 1518;  // without the frame's sum, with a VLAN tag
constexpr std::uint32_t kChecksumBytes = 2;

bool checksum_fits(const TransmitHints& hints, std::uint32_t frame) {
  return hints.checksum_start <= kMostHeader &&
         std::uint32_t{hints.checksum_start} + hints.checksum_offset + kChecksumBytes <= frame;
}

}  // namespace

std::uint64_t Transmit::dma_bytes(std::uint32_t entries) {
  return dma_share(entries * sizeof(TransmitDescriptor), kRingAlignment) + Completions::dma_bytes(entries);
}

bool Transmit::place(DmaPool& pool, std::uint32_t entries, Sent* sent) {
  descriptors_ = static_cast<TransmitDescriptor*>(pool.take(entries * sizeof(TransmitDescriptor), kRingAlignment));
  entries_ = entries;
  sent_ = sent;
  put_ = Position(entries);
  return completions_.place(pool, entries) && descriptors_;
}

void Transmit::describe(TransmitQueue& queue) const {
  queue.ring = raw(device_address(descriptors_));
  queue.completions = raw(completions_.base());
  queue.entries = queue.completion_entries = entries_;
}

Status Transmit::put(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) {
  if (broken_) return Status::io_error;
  std::uint64_t length = 0;
  for (const auto& segment : segments) length += segment.length;
  if (length < kMinFrame || length > kMaxFrame || hints.segment_size != 0 || segments.size() > kMostPieces)
    return Status::bad_argument;
  if (hints.checksum && !checksum_fits(hints, static_cast<std::uint32_t>(length))) return Status::bad_argument;
  if (segments.size() > entries_ - under_way()) return Status::would_block;

  const Position first = put_;
  sent_[first.slot()] = {token, static_cast<std::uint32_t>(segments.size())};
  std::uint32_t place = 0, where = 0;
  if (hints.checksum) {
    place = std::uint32_t{hints.checksum_start} + hints.checksum_offset;
    where = hints.checksum_start | kOffloadChecksum;
  }
  for (std::size_t i = 0; i < segments.size(); ++i, put_.advance()) {
    TransmitDescriptor& descriptor = descriptors_[put_.slot()];
    const bool last = i + 1 == segments.size();
    store(descriptor.address, raw(device_address(segments[i].data)));
    store(descriptor.flags, where | (last ? kEnd | kComplete : 0));
    // The first one stays the driver's until the rest is there: the device may look at any time.
    const bool device = put_.generation() == (i != 0);
    store(descriptor.length, segments[i].length | place << kChecksumAt | (device ? kTransmitGeneration : 0));
  }
  TransmitDescriptor& head = descriptors_[first.slot()];
  store_release(head.length, load(head.length) ^ kTransmitGeneration);
  return Status::ok;
}

// The device names the last descriptor of a frame: it must be that of the oldest one.
bool Transmit::take(void*& token) {
  const std::uint32_t index = completions_.take().index & kIndexMask;
  const std::uint32_t last = sent_[taken_ & (entries_ - 1)].descriptors - 1;
  if (taken_ == published_ || index != ((taken_ + last) & (entries_ - 1))) {
    broken_ = true;
    return false;
  }
  return abandon(token);
}

bool Transmit::abandon(void*& token) {
  if (under_way() == 0) return false;
  const Sent& oldest = sent_[taken_ & (entries_ - 1)];
  token = oldest.token;
  taken_ += oldest.descriptors;
  return true;
}

}  // namespace wick::drivers::vmware
