// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which PCI functions reach memory by themselves, and from when: those that somebody drives, once an IOMMU that is
// there confines them. Firmware may have left any of them at it.

#include "base/boot.h"

namespace wick::hv {

/// Leaves of `boot.devices` the first of each kind, as many as `drives` says when it is asked of one. Those of them on
/// PCI become masters.
template <typename Drives>
void choose_devices(Boot& boot, Drives drives) {
  const auto found = boot.devices;
  const auto functions = boot.functions;
  boot.devices = {};
  boot.functions = {};
  for (unsigned i = 0; i < found.count; ++i) {
    unsigned before = 0;
    for (const auto& other : boot.devices) before += other.kind == found.items[i].kind;
    if (before >= drives(found.items[i])) continue;
    boot.add(found.items[i], functions.items[i]);
    if (functions.items[i]) boot.masters.add(functions.items[i]);
  }
}

/// Nobody does: bridges alone pass on what those behind them are allowed to.
void stop_masters(Boot& boot);

/// From now on the function of device `index` may, or may not any more.
void let_master(const Boot& boot, unsigned index, bool on);

}  // namespace wick::hv
