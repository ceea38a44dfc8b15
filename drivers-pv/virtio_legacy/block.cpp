// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A legacy virtio device of this class.

#include "virtio/block.h"

#include "virtio_legacy/driver.h"

namespace wick::drivers::virtio_legacy {
namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = driver_of<virtio::BlockDevice, 1>("virtio_legacy/block", DeviceKind::block);

}  // namespace
}  // namespace wick::drivers::virtio_legacy
