// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A core file as Linux writes them (core(5)), of the guest instead of a process: GDB opens it with the debug image.

#include "abi/crash.h"

namespace wick::monitor {

struct Appliance;

/// For the first crash only: that is the one whose traces are still fresh. Nothing when no core file is wanted.
void write_core(Appliance& appliance, const CrashRecord& record);

}  // namespace wick::monitor
