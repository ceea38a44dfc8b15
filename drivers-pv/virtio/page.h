// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio over a device page (abi/device_page.h): registers are memory that hv looks at when the control number is rung.
// Only a guest behind a wall has such devices; hv's own instances of the drivers never do.

#include "virtio/transport.h"

namespace wick::drivers::virtio {

/// The transport of a Bus::page device. @return nullptr, and one sentence for the log, when there is none
Transport* open_page(const DeviceEntry& entry, const char*& trouble);

}  // namespace wick::drivers::virtio
