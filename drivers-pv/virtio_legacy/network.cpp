// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A legacy virtio device of this class.

#include "virtio/network.h"

#include "virtio_legacy/driver.h"

namespace wick::drivers::virtio_legacy {
namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = driver_of<virtio::NetworkDevice, 2>("virtio_legacy/network", DeviceKind::network);

}  // namespace
}  // namespace wick::drivers::virtio_legacy
