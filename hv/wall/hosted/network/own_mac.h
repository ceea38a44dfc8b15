// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The router's Ethernet address, the one that QEMU's network has.

#include "wall/hosted/network/packet.h"

namespace wick::hosted {

inline constexpr Mac kOwnMac{0x52, 0x55, 10, 0, 2, 2};

}  // namespace wick::hosted
