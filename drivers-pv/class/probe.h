// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The probe function that drivers have in common. A driver's device type says how many there may be (`kMaxDevices`),
// what private memory each gets (`Tables`, apart from the object, whose constructor would clear it), and how it is
// started. An adapter that isn't itself a device of a class presents those that it has.

#include "class/driver.h"
#include "class/room.h"

namespace wick::drivers {

template <typename Device>
Status probe(const Access& access, Instance& instance) {
  static constinit Room<Device, Device::kMaxDevices> devices;
  static constinit typename Device::Tables tables[Device::kMaxDevices]{};
  if (devices.full()) {
    instance.trouble = "there are more of its kind than the driver has room for";
    return Status::no_memory;
  }
  Device& device = devices.make();
  const Status status = device.start(access, tables[devices.count()], instance.trouble);
  if (!ok(status)) return status;
  devices.keep();
  if constexpr (requires { device.present(instance); })
    device.present(instance);
  else
    instance.is(device);
  return Status::ok;
}

}  // namespace wick::drivers
