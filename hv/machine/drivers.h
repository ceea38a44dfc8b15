// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// hv's own instances of the drivers, behind walls: which devices they get, and what memory.

#include "base/boot.h"
#include "class/driver.h"

namespace wick::hv {

/// Leaves in `boot` the devices that hv drives, and says in `boot.masters` which of them reach memory by themselves.
void choose_devices(Boot& boot);

/// DMA memory that those chosen take together.
std::uint64_t drivers_dma(const Boot& boot);

/// Drives one of them. One whose driver can't is told and left alone, as libos does.
drivers::Instance start_driver(const DeviceEntry& device, drivers::DmaPool& pool);

}  // namespace wick::hv
