// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The step that asks sources which are the machine's own: what hv has read at boot. Linked when the manifest names such
// a source.

#include "boot/boot_info.h"
#include "boot/init.h"
#include "metadata/search.h"

namespace wick::metadata {

namespace {

class Firmware final : public Surroundings {
 public:
  const DeviceEntry* device(Bus bus) override {
    const DeviceEntry* found = nullptr;
    boot::for_each<DeviceEntry>(*boot::facts().info, BootTag::device, [&](const DeviceEntry& device) {
      if (device.bus == bus) found = &device;
    });
    return found;
  }
};

Status ask_firmware() {
  Firmware firmware;
  return search(Stage::firmware, firmware);
}

}  // namespace

WICK_INIT_STEP(34, "instance-data", ask_firmware);

}  // namespace wick::metadata
