// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The router's Ethernet address, the one that QEMU's network has.

#include "monitor/network/packet.h"

namespace wick::monitor {

inline constexpr Mac kOwnMac{0x52, 0x55, 10, 0, 2, 2};

}  // namespace wick::monitor
