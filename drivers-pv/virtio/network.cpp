// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio/network.h"

#include "class/probe.h"

namespace wick::drivers::virtio {
namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio/network", DeviceKind::network, kMatches, NetworkDevice::dma_bytes,
                           probe<NetworkDevice>};

}  // namespace
}  // namespace wick::drivers::virtio
