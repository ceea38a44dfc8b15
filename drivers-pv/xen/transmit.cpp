// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "xen/transmit.h"

#include <bit>

namespace wick::drivers::xen {
namespace {

constexpr std::uint32_t kMinFrame = 14, kMaxFrame = 1518;  // with a VLAN tag
constexpr std::uint32_t kChecksumBytes = 2;
static_assert(kMaxFrame <= Transmit::kPlaceBytes);
static_assert(Transmit::kMostPlaces <= 64, "a bit each");

}  // namespace

void Transmit::use(const Grants& grants, unsigned first_grant, std::uint8_t* pages, std::uint32_t count) {
  grants_ = grants;
  first_grant_ = first_grant;
  pages_ = pages;
  all_ = ~0ull >> (64 - count);
}

bool Transmit::place(void* ring_page) {
  const auto pages = static_cast<unsigned>(std::popcount(all_)) / kPlacesOfPage;
  for (unsigned i = 0; i < pages; ++i)
    if (!grants_.take_back(first_grant_ + i)) return false;
  ring_.place(ring_page);
  for (unsigned i = 0; i < pages; ++i) grants_.give(first_grant_ + i, pages_ + std::size_t{i} * kPage, true);
  return true;
}

Status Transmit::put(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) {
  if (broken()) return Status::io_error;
  std::uint64_t length = 0;
  for (const TransmitSegment& segment : segments) length += segment.length;
  const bool sums =
      !hints.checksum || std::uint64_t{hints.checksum_start} + hints.checksum_offset + kChecksumBytes <= length;
  if (length < kMinFrame || length > kMaxFrame || hints.segment_size != 0 || !sums) return Status::bad_argument;
  if (used_ == all_) return Status::would_block;

  const auto place = static_cast<unsigned>(std::countr_one(used_));
  std::uint8_t* to = pages_ + std::size_t{place} * kPlaceBytes;
  for (const TransmitSegment& segment : segments) {
    __builtin_memcpy(to, segment.data, segment.length);
    to += segment.length;
  }
  used_ |= 1ull << place;
  tokens_[place] = token;
  ring_.put(
      {.grant = grants_.reference(first_grant_ + place / kPlacesOfPage),
       .offset = static_cast<std::uint16_t>(place % kPlacesOfPage * kPlaceBytes),
       .flags = hints.checksum ? static_cast<std::uint16_t>(kSendChecksumBlank | kSendDataValidated) : std::uint16_t{0},
       .id = static_cast<std::uint16_t>(place),
       .length = static_cast<std::uint16_t>(length)});
  return Status::ok;
}

// A frame that the back end has dropped is lost, like any on its way.
bool Transmit::take(void*& token) {
  if (ring_.ready() == 0) return false;
  const SendResponse done = ring_.take();
  if (done.id >= kMostPlaces || !(used_ >> done.id & 1)) {
    mark_broken();
    return false;
  }
  used_ &= ~(1ull << done.id);
  token = tokens_[done.id];
  return true;
}

bool Transmit::abandon(void*& token) {
  if (!used_) return false;
  token = tokens_[std::countr_zero(used_)];
  used_ &= used_ - 1;
  return true;
}

bool Transmit::arm() { return ring_.arm((static_cast<std::uint32_t>(std::popcount(used_)) + 1) / 2); }

}  // namespace wick::drivers::xen
