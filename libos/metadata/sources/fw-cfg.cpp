// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// QEMU's fw_cfg: the three documents of cloud-init's as files of the device, which hv has read.

#include "fw_cfg/bus.h"
#include "metadata/sources/windows.h"

namespace wick::metadata {

namespace {

Finding find(Surroundings& around, Texts& to) {
  const DeviceEntry* const files = around.device(drivers::fw_cfg::kBus);
  return files ? read_windows(*files, drivers::fw_cfg::kNames, to)
               : Finding{false, nullptr, {"this machine has no fw_cfg with files in opt/wick"}};
}

}  // namespace

WICK_REGISTERED("metadata") constexpr Source kSource = {"fw-cfg", Stage::firmware, find};

}  // namespace wick::metadata
