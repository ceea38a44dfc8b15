// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a network's front and back end say to each other (Xen public/io/netif.h): a ring for each direction, whose slots
// name pages by their grants.

#include <cstddef>
#include <cstdint>

namespace wick::drivers::xen {

struct SendRequest {
  std::uint32_t grant;
  std::uint16_t offset;  ///< within the page
  std::uint16_t flags;
  std::uint16_t id;
  std::uint16_t length;
};
static_assert(sizeof(SendRequest) == 12);
/// The checksum field holds the sum of the pseudo-header; the data is known to be right.
inline constexpr std::uint16_t kSendChecksumBlank = 1, kSendDataValidated = 2;

struct SendResponse {
  std::uint16_t id;
  std::int16_t status;
};
static_assert(sizeof(SendResponse) == 4);
inline constexpr std::int16_t kNoResponse = 1;  ///< stands where an ExtraInfo was

struct ReceiveRequest {
  std::uint16_t id;
  std::uint16_t padding;
  std::uint32_t grant;
};
static_assert(sizeof(ReceiveRequest) == 8);

/// Of the request in the same slot.
struct ReceiveResponse {
  std::uint16_t id;
  std::uint16_t offset;  ///< within the page
  std::uint16_t flags;
  std::int16_t status;  ///< bytes; negative: the frame is lost
};
static_assert(sizeof(ReceiveResponse) == 8);
inline constexpr std::uint16_t kDataValidated = 1, kChecksumBlank = 2;

// In both directions, as the slots of a frame. The first one sent says how long the whole frame is, any other slot how
// long its own piece is.
inline constexpr std::uint16_t kMoreData = 4;   ///< the frame goes on in the next slot
inline constexpr std::uint16_t kExtraInfo = 8;  ///< the slot behind the first tells more of the frame (ExtraInfo)
/// Slots of a frame that every back end takes, and never sends more than (XEN_NETIF_NR_SLOTS_MIN).
inline constexpr unsigned kMostSlots = 18;

struct ExtraInfo {
  std::uint8_t type, flags;
  std::uint16_t segment_size;  ///< of kExtraSegments: payload bytes a packet
  std::uint8_t segment_kind, padding;
  std::uint16_t features;
};
static_assert(sizeof(ExtraInfo) == sizeof(ReceiveResponse));
inline constexpr std::uint8_t kExtraSegments = 1, kMostExtras = 4;  ///< their types count from 1, each at most once
inline constexpr std::uint8_t kMoreExtras = 1;                      ///< flag: another one follows
inline constexpr std::uint8_t kSegmentTcp4 = 1, kSegmentTcp6 = 2;

}  // namespace wick::drivers::xen
