// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The bus of the loop-back network: its device has a number and an event, and no window.

#include "abi/device.h"

namespace wick::drivers::loopback {

inline constexpr Bus kBus{256};

}  // namespace wick::drivers::loopback
