// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a bus without drivers has read for the guest: no device, so nobody drives it, and behind a wall it takes a
// service to hand it on (machine/handed.cpp).

#include "abi/device.h"

namespace wick::hv {

/// Its bus is 0 when there is nothing.
extern DeviceEntry handed;

}  // namespace wick::hv
