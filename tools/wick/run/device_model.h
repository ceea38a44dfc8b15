// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Devices that QEMU can have in the place of the virtio ones it usually gets, as other hypervisors and older ones have
// them: to try an image with the drivers that it needs there.

#include <string>
#include <string_view>
#include <vector>

#include "abi/device.h"
#include "base/result.h"

namespace wick::tool {

struct DeviceModel {
  std::string_view name;  ///< as --qemu-device takes it; a name may stand for devices of several classes
  DeviceKind kind;
  std::string_view device;      ///< behind -device, before the properties that every one has
  std::string_view controller;  ///< a device that has to be there before; may be empty
};

/// Of all that are known, each of which is on PCI: "vmxnet3, pvscsi".
std::string device_model_names();

/// @return the names' entries; an error for a name that there isn't, or two that are for one class of device
Result<std::vector<const DeviceModel*>> find_device_models(const std::vector<std::string>& names);

/// Of those chosen, the one for this class; nullptr: the usual device.
const DeviceModel* model_for(const std::vector<const DeviceModel*>& chosen, DeviceKind kind);

}  // namespace wick::tool
