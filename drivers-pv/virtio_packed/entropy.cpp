// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A virtio device of this class, by rings of either format.

#include "virtio/entropy.h"

#include "virtio_packed/driver.h"

namespace wick::drivers::virtio_packed {
namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = driver_of<virtio::BasicEntropy>("virtio_packed/entropy", DeviceKind::entropy);

}  // namespace
}  // namespace wick::drivers::virtio_packed
