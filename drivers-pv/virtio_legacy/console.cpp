// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A legacy virtio device of this class.

#include "virtio/console.h"

#include "virtio_legacy/driver.h"

namespace wick::drivers::virtio_legacy {
namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = driver_of<virtio::ConsoleDevice, 2>("virtio_legacy/console", DeviceKind::console);

}  // namespace
}  // namespace wick::drivers::virtio_legacy
