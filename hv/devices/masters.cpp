// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "devices/masters.h"

#include "devices/pci/pci.h"

namespace wick::hv {

void stop_masters(Boot& boot) {
  each_pci_function(boot, [](const PciFunction& function, Boot&) {
    if (!function.is_bridge()) function.master(false);
  });
}

void let_master(const Boot& boot, unsigned index, bool on) {
  if (const auto function = boot.functions.items[index]) PciFunction(function).master(on);
}

}  // namespace wick::hv
