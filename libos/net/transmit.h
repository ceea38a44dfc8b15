// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// From a pbuf chain to what a device is told: its pieces of memory, and how it shall finish a TCP frame.

#include <span>

#include "class/network.h"
#include "lwip/pbuf.h"

namespace wick::net {

/// Header, and the pieces of a large segment.
inline constexpr unsigned kMaxSegments = 24;

/// @return pieces; 0 when there are too many of them, or one lies in memory that may change before the device reads it
unsigned collect_segments(const pbuf* frame, std::span<drivers::TransmitSegment, kMaxSegments> segments);

/// Puts the pseudo-header's sum into a TCP frame and says where the device shall finish it, and how to cut it when it
/// is larger than `mtu`. All-zero hints for other frames.
drivers::TransmitHints prepare_offload(pbuf& frame, std::uint16_t mtu);

}  // namespace wick::net
