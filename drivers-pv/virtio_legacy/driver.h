// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the drivers of legacy devices are made of: virtio's own driver of a class, with the memory that the queues of
// such devices take besides.

#include "class/probe.h"
#include "virtio_legacy/bus.h"

namespace wick::drivers::virtio_legacy {

inline constexpr Match kMatches[] = {{.bus = kBus}};

template <typename Device, unsigned kQueues>
std::uint64_t dma_bytes(std::uint32_t ring_size) {
  return Device::dma_bytes(ring_size) + kQueues * kQueueDmaBytes;
}

template <typename Device, unsigned kQueues>
constexpr Driver driver_of(const char* name, DeviceKind kind, std::span<const Match> matches = kMatches) {
  return {name, kind, matches, dma_bytes<Device, kQueues>, probe<Device>};
}

}  // namespace wick::drivers::virtio_legacy
