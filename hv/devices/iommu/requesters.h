// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Under whose name a device's requests arrive at the IOMMU.

#include "base/boot.h"

namespace wick::hv {

/// Adds the bridges to `boot.masters` that put their own name on the requests of a master behind them.
void add_bridges(Boot& boot);

}  // namespace wick::hv
