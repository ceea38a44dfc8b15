// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A legacy virtio device of this class: virtio's own driver, with the memory that the queues of such devices take.

#include "virtio/block.h"

#include "class/probe.h"
#include "virtio_legacy/bus.h"

namespace wick::drivers::virtio_legacy {
namespace {

constexpr Match kMatches[] = {{.bus = kBus}};

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio_legacy/block", DeviceKind::block, kMatches, virtio::BlockDevice::legacy_dma_bytes,
                           probe<virtio::BlockDevice>};

}  // namespace
}  // namespace wick::drivers::virtio_legacy
