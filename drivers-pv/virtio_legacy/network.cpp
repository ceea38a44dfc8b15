// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A legacy virtio device of this class: virtio's own driver, with the memory that the queues of such devices take.

#include "virtio/network.h"

#include "class/probe.h"
#include "virtio_legacy/bus.h"

namespace wick::drivers::virtio_legacy {
namespace {

constexpr Match kMatches[] = {{.bus = kBus}};

std::uint64_t dma_bytes(std::uint32_t ring_size) {
  return virtio::NetworkDevice::dma_bytes(ring_size) + 2 * kQueueDmaBytes;
}

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio_legacy/network", DeviceKind::network, kMatches, dma_bytes,
                           probe<virtio::NetworkDevice>};

}  // namespace
}  // namespace wick::drivers::virtio_legacy
