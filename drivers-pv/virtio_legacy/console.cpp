// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A legacy virtio device of this class: virtio's own driver, with the memory that the queues of such devices take.

#include "virtio/console.h"

#include "class/probe.h"
#include "virtio_legacy/bus.h"

namespace wick::drivers::virtio_legacy {
namespace {

constexpr Match kMatches[] = {{.bus = kBus}};

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio_legacy/console", DeviceKind::console, kMatches,
                           virtio::ConsoleDevice::legacy_dma_bytes, probe<virtio::ConsoleDevice>};

}  // namespace
}  // namespace wick::drivers::virtio_legacy
