// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A legacy virtio device of this class.

#include "virtio/entropy.h"

#include "virtio_legacy/driver.h"

namespace wick::drivers::virtio_legacy {
namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = driver_of<virtio::EntropyDevice, 1>("virtio_legacy/entropy", DeviceKind::entropy);

}  // namespace
}  // namespace wick::drivers::virtio_legacy
