// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The back ends of hv, all devices together.

#include "base/boot.h"
#include "class/access.h"

namespace wick::hv {

class DeviceTable;

/// How many devices of a class can be offered to the guest.
unsigned most_served(DeviceKind kind);

/// Drives the devices of `boot`, offers each to the guest, and replaces `boot.devices` by what the guest gets.
/// @param pool hv's own DMA memory
void start_backends(Boot& boot, drivers::DmaPool& pool);

/// A number was rung. @return bad_argument when there is none such
Status notify_backend(std::uint32_t number);

/// Moves what hardware and guest have for each other, a bounded amount. @return whether there is more to do at once
bool serve_backends();

/// Whether the guest has begun a line on its console device.
bool console_within_line();

/// For another guest: waits for the hardware to be done with the old one's memory.
void reset_backends();

/// What a guest has left at the console that it shares with hv is no other guest's.
void forget_guest();

/// All of them, for a checkpoint.
DeviceTable& backends();

}  // namespace wick::hv
