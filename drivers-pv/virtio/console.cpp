// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio/console.h"

#include "class/probe.h"

namespace wick::drivers::virtio {
namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio/console", DeviceKind::console, kMatches, ConsoleDevice::dma_bytes,
                           probe<ConsoleDevice>};

}  // namespace
}  // namespace wick::drivers::virtio
