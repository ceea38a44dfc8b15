// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The record of the guest before this one, in hv's memory, for reading.

#include "abi/crash.h"

namespace wick::boot {

/// @return nullptr when there was no crash
const CrashRecord* last_crash();

/// Restarts since power-on; 0 behind a wall that does not restart.
std::uint64_t restart_count();

}  // namespace wick::boot
