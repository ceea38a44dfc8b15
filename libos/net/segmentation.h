// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Large TCP segments for devices that cut them (TSO). lwIP knows none, so the port raises a connection's segment size
// to a multiple of the real one and lets such frames pass by the IP layer's fragmenting; the interface tells the
// device the real size. Only for peers that take full-size segments, which is what makes the real size known again
// at the device, and only for connections without Nagle's algorithm, which would wait for the large size.

#include <cstdint>

namespace wick::net {

/// RFC 8200 section 5: no link that carries IPv6 has less.
inline constexpr std::uint16_t kMinMtu6 = 1280;

/// Bytes of IP and TCP header in front of a full-size segment.
inline constexpr std::uint16_t kHeaders4 = 40, kHeaders6 = 60;

/// From here on connections send large segments. Called for a device that cuts frames for that protocol.
void enable_segmentation(bool ipv4, bool ipv6, std::uint16_t mtu);

}  // namespace wick::net
