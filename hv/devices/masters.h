// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which PCI functions reach memory by themselves, and from when: those that somebody drives, once an IOMMU that is
// there confines them. Firmware may have left any of them at it.

#include "base/boot.h"

namespace wick::hv {

/// The first of `boot.devices` of each kind, as many as `drives` says of it.
template <typename Drives>
void choose_masters(Boot& boot, Drives drives) {
  for (unsigned i = 0; i < boot.devices.count; ++i) {
    const auto kind = boot.devices.items[i].kind;
    if (!boot.functions.items[i]) continue;
    unsigned before = 0;
    for (unsigned other = 0; other < i; ++other) before += boot.devices.items[other].kind == kind;
    if (before < drives(kind)) boot.masters.add(boot.functions.items[i]);
  }
}

/// Nobody does: bridges alone pass on what those behind them are allowed to.
void stop_masters(Boot& boot);

/// From now on the function of device `index` may, or may not any more.
void let_master(const Boot& boot, unsigned index, bool on);

}  // namespace wick::hv
