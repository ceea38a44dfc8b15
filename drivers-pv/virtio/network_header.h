// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the header before a frame (abi/virtio/network.h) means in the words of class Network, in either direction and
// for either end: whoever drives a device, serves one or passes frames on translates here, in place, since a value
// handed back costs instructions for each frame. Pure.

#include "abi/virtio/network.h"
#include "class/network.h"

namespace wick::drivers::virtio {

using namespace wick::virtio;

/// Writes the header of a frame to be sent, where the device will read it.
constexpr void write_header(NetworkHeader& header, const TransmitHints& hints) {
  header = {};
  if (hints.checksum) {
    header.flags = kNeedsChecksum;
    header.checksum_start = hints.checksum_start;
    header.checksum_offset = hints.checksum_offset;
    if (hints.segment_size != 0) {
      header.segmentation = hints.ipv6 ? kSegmentTcp6 : kSegmentTcp4;
      header.segment_size = hints.segment_size;
      header.header_length = hints.header_length;
    }
  }
}

/// The same, the other way round.
constexpr void read_header(const NetworkHeader& header, TransmitHints& hints) {
  hints = {};
  if (header.flags & kNeedsChecksum) {
    hints.checksum = true;
    hints.checksum_start = header.checksum_start;
    hints.checksum_offset = header.checksum_offset;
    if (header.segmentation != 0) {
      hints.segment_size = header.segment_size;
      hints.header_length = header.header_length;
      hints.ipv6 = header.segmentation == kSegmentTcp6;
    }
  }
}

/// NetworkHeader::flags of a received frame.
constexpr std::uint8_t flags_of(const ReceiveBuffer& frame) {
  return frame.checksum_partial ? kNeedsChecksum : frame.checksum_good ? kDataValid : 0;
}

/// The same, the other way round. @param frame its first buffer
constexpr void read_flags(std::uint8_t flags, ReceiveBuffer& frame) {
  frame.checksum_partial = (flags & kNeedsChecksum) != 0;
  frame.checksum_good = (flags & (kNeedsChecksum | kDataValid)) != 0;
}

}  // namespace wick::drivers::virtio
