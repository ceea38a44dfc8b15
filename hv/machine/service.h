// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A service of hv's that it offers as a device without driving one: registered by images that ask for it, unknown to
// all others.

#include "backend/device_table.h"
#include "base/boot.h"
#include "class/registered.h"

namespace wick::hv {

struct Service {
  const char* name;
  /// Once, while the configuration block is still hv's alone to read. @return what the guest gets of it
  DeviceEntry (*start)(Boot& boot, DeviceTable& table, DevicePage& page);
};
static_assert(drivers::kIsEntry<Service>);

/// All that are linked: `WICK_REGISTERED("services") constexpr Service`.
extern "C" const Service hv_services_start[], hv_services_end[];

}  // namespace wick::hv
