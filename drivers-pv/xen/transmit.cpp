// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "xen/transmit.h"

#include <algorithm>
#include <bit>

namespace wick::drivers::xen {
namespace {

constexpr std::uint32_t kMinFrame = 14, kMaxFrame = 1518;  // with a VLAN tag
constexpr std::uint32_t kChecksumBytes = 2;
static_assert(kMaxFrame <= Transmit::kPlaceBytes);
static_assert(Transmit::kMostPlaces <= 64, "a bit each");
static_assert(Transmit::kPlacesForLarge / Transmit::kPlacesOfPage < kMostSlots);
constexpr std::uint64_t kFirstOfPages = 0x5555'5555'5555'5555;
static_assert(Transmit::kPlacesOfPage == 2, "every other bit");

/// A frame's bytes, taken from the front.
class Source {
 public:
  explicit Source(std::span<const TransmitSegment> segments) : left_(segments) {}

  void copy(std::uint8_t* to, std::uint32_t bytes) {
    while (bytes != 0) {
      const TransmitSegment& segment = left_.front();
      const std::uint32_t count = std::min(bytes, segment.length - taken_);
      __builtin_memcpy(to, static_cast<const std::uint8_t*>(segment.data) + taken_, count);
      to += count;
      bytes -= count;
      taken_ += count;
      if (taken_ != segment.length) continue;
      left_ = left_.subspan(1);
      taken_ = 0;
    }
  }

 private:
  std::span<const TransmitSegment> left_;
  std::uint32_t taken_ = 0;  ///< of the first of them
};

}  // namespace

void Transmit::use(const Grants& grants, unsigned first_grant, std::uint8_t* pages, std::uint32_t count) {
  grants_ = grants;
  first_grant_ = first_grant;
  pages_ = pages;
  all_ = ~0ull >> (64 - count);
}

bool Transmit::place(void* ring_page, const Offload& cuts) {
  const auto pages = static_cast<unsigned>(std::popcount(all_)) / kPlacesOfPage;
  for (unsigned i = 0; i < pages; ++i)
    if (!grants_.take_back(first_grant_ + i)) return false;
  ring_.place(ring_page);
  cuts4_ = cuts.segment4;
  cuts6_ = cuts.segment6;
  extras_ = 0;
  for (unsigned i = 0; i < pages; ++i) grants_.give(first_grant_ + i, pages_ + std::size_t{i} * kPage, true);
  return true;
}

Status Transmit::put(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) {
  if (broken()) return Status::io_error;
  std::uint64_t length = 0;
  for (const TransmitSegment& segment : segments) length += segment.length;
  const bool sums =
      !hints.checksum || std::uint64_t{hints.checksum_start} + hints.checksum_offset + kChecksumBytes <= length;
  const bool cut = hints.segment_size != 0;
  if (cut && !(hints.checksum && (hints.ipv6 ? cuts6_ : cuts4_))) return Status::bad_argument;
  if (length < kMinFrame || length > (cut ? kMaxLarge : kMaxFrame) || !sums) return Status::bad_argument;

  const std::uint32_t most = cut ? kPage : kPlaceBytes;
  const auto count = static_cast<unsigned>((length + most - 1) / most);
  std::uint64_t free = all_ & ~used_;
  if (cut) free &= free >> 1 & kFirstOfPages;
  // A slot more, for how to cut it. Slots outnumber places, unless a back end leaves those unanswered.
  const bool room = cut ? static_cast<unsigned>(std::popcount(free)) >= count : free != 0;
  if (!room || ring_.free() <= count) return Status::would_block;

  Source source(segments);
  auto left = static_cast<std::uint32_t>(length);
  std::uint16_t flags = hints.checksum ? kSendChecksumBlank | kSendDataValidated : 0;
  if (cut) flags |= kExtraInfo;
  for (bool first = true; left != 0; first = false) {
    const auto place = static_cast<unsigned>(std::countr_zero(free));
    const std::uint32_t bytes = std::min(left, most);
    const std::uint32_t told = first ? left : bytes;
    free &= free - 1;
    left -= bytes;
    source.copy(pages_ + std::size_t{place} * kPlaceBytes, bytes);
    pieces_[place] = {(cut ? 3ull : 1ull) << place, token, left == 0};
    used_ |= pieces_[place].places;
    under_way_ |= 1ull << place;
    ring_.put(SendRequest{.grant = grants_.reference(first_grant_ + place / kPlacesOfPage),
                          .offset = static_cast<std::uint16_t>(place % kPlacesOfPage * kPlaceBytes),
                          .flags = static_cast<std::uint16_t>(left == 0 ? flags : flags | kMoreData),
                          .id = static_cast<std::uint16_t>(place),
                          .length = static_cast<std::uint16_t>(told)});
    flags = 0;
    if (!first || !cut) continue;
    ring_.put(ExtraInfo{.type = kExtraSegments,
                        .flags = 0,
                        .segment_size = hints.segment_size,
                        .segment_kind = hints.ipv6 ? kSegmentTcp6 : kSegmentTcp4,
                        .padding = 0,
                        .features = 0});
    ++extras_;
  }
  return Status::ok;
}

/// Of the piece that begins at `place`. @return whether a frame ends with it
bool Transmit::finish(unsigned place, void*& token) {
  const Piece& piece = pieces_[place];
  used_ &= ~piece.places;
  under_way_ &= ~(1ull << place);
  token = piece.token;
  return piece.ends;
}

// A frame that the back end has dropped is lost, like any on its way. Pieces are answered in whatever order: a frame is
// the stack's again with its last one, as all of it was copied.
bool Transmit::take(void*& token) {
  while (ring_.ready() != 0) {
    const SendResponse done = ring_.take();
    if (done.status == kNoResponse && extras_ != 0) {
      --extras_;
      continue;
    }
    if (done.id >= kMostPlaces || !(under_way_ >> done.id & 1)) {
      mark_broken();
      return false;
    }
    if (finish(done.id, token)) return true;
  }
  return false;
}

bool Transmit::abandon(void*& token) {
  while (under_way_)
    if (finish(static_cast<unsigned>(std::countr_zero(under_way_)), token)) return true;
  return false;
}

bool Transmit::arm() {
  const std::uint32_t under_way = static_cast<std::uint32_t>(std::popcount(under_way_)) + extras_;
  return ring_.arm((under_way + 1) / 2);
}

}  // namespace wick::drivers::xen
