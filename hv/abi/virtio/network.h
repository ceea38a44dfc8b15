// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-net (virtio 1.2 §5.1), one pair of queues.

#include "abi/virtio/common.h"

namespace wick::virtio {

/// §5.1.3
inline constexpr std::uint64_t kChecksum = feature(0), kGuestChecksum = feature(1), kMtu = feature(3);
inline constexpr std::uint64_t kMac = feature(5), kGuestTcp4 = feature(7), kGuestTcp6 = feature(8);
inline constexpr std::uint64_t kHostTcp4 = feature(11), kHostTcp6 = feature(12), kMergeable = feature(15);
inline constexpr std::uint64_t kLinkStatus = feature(16);

/// §5.1.4
struct NetworkConfiguration {
  std::uint8_t mac[6];
  std::uint16_t status;
  std::uint16_t queue_pairs;
  std::uint16_t mtu;
};
static_assert(sizeof(NetworkConfiguration) == 12);
static_assert(offsetof(NetworkConfiguration, mtu) == 10);
inline constexpr std::uint16_t kLinkUp = 1;

/// What stands before every frame, in both directions (§5.1.6).
struct NetworkHeader {
  std::uint8_t flags;
  std::uint8_t segmentation;  ///< kind of large packet, 0: none
  std::uint16_t header_length;
  std::uint16_t segment_size;
  std::uint16_t checksum_start;
  std::uint16_t checksum_offset;
  std::uint16_t buffers;  ///< received: buffers that the frame fills, with MRG_RXBUF
};
static_assert(sizeof(NetworkHeader) == 12);
static_assert(offsetof(NetworkHeader, buffers) == 10);

/// Of a legacy device without MRG_RXBUF the last field is missing (§5.1.6.1).
inline constexpr std::uint32_t kShortNetworkHeader = offsetof(NetworkHeader, buffers);

inline constexpr std::uint8_t kNeedsChecksum = 1;  ///< flags: the field holds the pseudo-header's sum only
inline constexpr std::uint8_t kDataValid = 2;      ///< flags: the checksum was found good
inline constexpr std::uint8_t kSegmentTcp4 = 1;
inline constexpr std::uint8_t kSegmentTcp6 = 4;

}  // namespace wick::virtio
