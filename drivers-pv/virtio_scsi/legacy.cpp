// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The same adapter as a legacy device, with the memory that the queues of such devices take: older machines of Google's
// cloud have it. It is found in images with virtio_legacy.

#include "virtio_legacy/driver.h"
#include "virtio_scsi/adapter.h"

namespace wick::drivers::virtio {
namespace {

constexpr Match kMatches[] = {{.bus = virtio_legacy::kBus, .identity = kScsiDeviceId}};

WICK_REGISTERED("drivers")
constexpr Driver driver = virtio_legacy::driver_of<ScsiDevice, 1>("virtio_scsi/block", DeviceKind::block, kMatches);

}  // namespace
}  // namespace wick::drivers::virtio
