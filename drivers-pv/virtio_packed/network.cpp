// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A virtio device of this class, by rings of either format.

#include "virtio/network.h"

#include "virtio_packed/driver.h"

namespace wick::drivers::virtio_packed {
namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = driver_of<virtio::BasicNetwork>("virtio_packed/network", DeviceKind::network);

}  // namespace
}  // namespace wick::drivers::virtio_packed
