// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The bus of legacy virtio devices on PCI, as hv's finder and this family agree on it. Their registers are I/O ports,
// which hv alone can reach: the driver writes down what it wants to be done and rings.

#include "abi/device.h"
#include "abi/ring.h"

namespace wick::drivers::virtio_legacy {

inline constexpr Bus kBus{258};

/// Window 0 of a device: one access to one of its registers.
struct Ports {
  std::uint32_t value;          ///< to be written, or what was read
  std::uint16_t offset;         ///< from the first port of the device
  std::uint8_t width;           ///< 1, 2 or 4 bytes
  std::uint8_t writes;          ///< 1: `value` is written; 0: it is read
  std::uint16_t length;         ///< hv's: ports that the device has, at most 256
  std::uint16_t configuration;  ///< hv's: where the device's own configuration begins
};
static_assert(sizeof(Ports) == 12);

/// Numbers for Access::notify. A device's own has the access done, of which one that goes beyond the device's ports
/// reads as zero and writes nothing; behind it are the doorbells of its queues.
inline constexpr std::uint32_t kNumbers = 0x564c0000, kNumbersEach = 16;
inline constexpr std::uint16_t kMostQueues = kNumbersEach - 1;
inline constexpr unsigned kMostDevices = 8;

/// A device says itself how many entries a queue has, bhyve's network the most of those known. All of a queue is one
/// piece, its used ring on a page of its own (virtio 1.2 §2.7.2).
inline constexpr std::uint16_t kMaxEntries = 1024;
inline constexpr std::uint64_t kAlignment = 4096;

constexpr std::uint64_t used_offset(std::uint16_t entries) {
  const std::uint64_t before = sizeof(Descriptor) * entries + AvailableRing::bytes(entries);
  return (before + kAlignment - 1) & ~(kAlignment - 1);
}
constexpr std::uint64_t queue_bytes(std::uint16_t entries) { return used_offset(entries) + UsedRing::bytes(entries); }
/// What a queue takes of the pool for devices at most.
inline constexpr std::uint64_t kQueueDmaBytes = queue_bytes(kMaxEntries) + kAlignment - 1;
static_assert(used_offset(kMaxEntries) == 20480);

/// The register that is told which queue has something, 16 bits.
inline constexpr std::uint16_t kQueueNotify = 16;

}  // namespace wick::drivers::virtio_legacy
