// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio/block.h"

#include "class/probe.h"

namespace wick::drivers::virtio {
namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio/block", DeviceKind::block, kMatches, BlockDevice::dma_bytes, probe<BlockDevice>};

}  // namespace
}  // namespace wick::drivers::virtio
