// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The same adapter as a legacy device, with the memory that the queues of such devices take: older machines of Google's
// cloud have it. It is found in images with virtio_legacy.

#include "class/probe.h"
#include "virtio_legacy/bus.h"
#include "virtio_scsi/adapter.h"

namespace wick::drivers::virtio {
namespace {

constexpr Match kMatches[] = {{.bus = virtio_legacy::kBus, .identity = kScsiDeviceId}};

std::uint64_t dma_bytes(std::uint32_t ring_size) {
  return ScsiDevice::dma_bytes(ring_size) + virtio_legacy::kQueueDmaBytes;
}

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio_scsi/block", DeviceKind::block, kMatches, dma_bytes, probe<ScsiDevice>};

}  // namespace
}  // namespace wick::drivers::virtio
