// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What stands before every frame, in both directions (virtio 1.2 §5.1.6). Layout only.

#include <cstddef>
#include <cstdint>

namespace wick::drivers::virtio {

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

inline constexpr std::uint8_t kNeedsChecksum = 1;  ///< flags: the field holds the pseudo-header's sum only
inline constexpr std::uint8_t kDataValid = 2;      ///< flags: the checksum was found good
inline constexpr std::uint8_t kSegmentTcp4 = 1;
inline constexpr std::uint8_t kSegmentTcp6 = 4;

}  // namespace wick::drivers::virtio
