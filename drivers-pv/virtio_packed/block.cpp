// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A virtio device of this class, by rings of either format.

#include "virtio/block.h"

#include "virtio_packed/driver.h"

namespace wick::drivers::virtio_packed {
namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = driver_of<virtio::BasicBlock>("virtio_packed/block", DeviceKind::block);

}  // namespace
}  // namespace wick::drivers::virtio_packed
