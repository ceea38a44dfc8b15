// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where hv_start() ends: the one step of the boot story that depends on the wall.

#include "base/boot.h"

namespace wick::hv {

/// Gives the guest its memory, `free` being all that nobody uses yet, writes BootInfo and starts it.
[[noreturn]] void enter_guest(Boot& boot, MemoryRange free);

}  // namespace wick::hv
