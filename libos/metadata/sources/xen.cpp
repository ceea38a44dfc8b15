// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Xen's tools: the three documents of cloud-init's in the domain's folder vm-data of XenStore, which hv has read.

#include "metadata/sources/windows.h"
#include "xen/vm_data.h"

namespace wick::metadata {

namespace {

using drivers::xen::kVmData;
using drivers::xen::kVmDataBus;

Finding find(Surroundings& around, Texts& to) {
  const DeviceEntry* const data = around.device(kVmDataBus);
  return data ? read_windows(*data, kVmData, to)
              : Finding{false, nullptr, {"this machine has no XenStore with texts in vm-data"}};
}

}  // namespace

WICK_REGISTERED("metadata") constexpr Source kSource = {"xen", Stage::firmware, find};

}  // namespace wick::metadata
