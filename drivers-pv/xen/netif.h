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
inline constexpr std::uint16_t kMoreData = 4;   ///< the frame goes on in the next slot
inline constexpr std::uint16_t kExtraInfo = 8;  ///< the next slot isn't a response but tells more of the frame

/// An extra slot begins with its type, then come its flags.
constexpr bool is_last_extra(const ReceiveResponse& slot) { return (slot.id >> 8 & 1) == 0; }

}  // namespace wick::drivers::xen
