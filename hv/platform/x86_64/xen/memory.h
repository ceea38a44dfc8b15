// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The memory map by hypercall: Xen 4.17 starts a PVH dom0 without one in its start information (version 0 of it).

#include "base/boot.h"

namespace wick::hv::xen {

/// Runs before anything is set up. Adds nothing when Xen doesn't answer.
void read_memory(Boot& boot);

}  // namespace wick::hv::xen
