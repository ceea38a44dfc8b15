// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio/entropy.h"

#include "class/probe.h"

namespace wick::drivers::virtio {
namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio/entropy", DeviceKind::entropy, kMatches, EntropyDevice::dma_bytes,
                           probe<EntropyDevice>};

}  // namespace
}  // namespace wick::drivers::virtio
