// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What every virtio device and its driver agree on (virtio 1.2 §2.1, §6). Of this and its neighbours, one a kind of
// device, both ends are made: the drivers of drivers-pv/virtio and the back ends of hv. Layout and numbers only.

#include "abi/types.h"

namespace wick::virtio {

constexpr std::uint64_t feature(unsigned bit) { return 1ull << bit; }

/// §6: bits that mean the same for every device.
inline constexpr std::uint64_t kAnyLayout = feature(27);  ///< of legacy devices alone (§6.3)
inline constexpr std::uint64_t kEventIndex = feature(29);
inline constexpr std::uint64_t kVersion1 = feature(32);
inline constexpr std::uint64_t kAccessPlatform = feature(33);
inline constexpr std::uint64_t kRingPacked = feature(34);
inline constexpr std::uint64_t kOrderPlatform = feature(36);

/// Bits of the device status (§2.1).
enum class DeviceStatus : std::uint8_t {
  reset = 0,
  acknowledge = 1,
  driver = 2,
  driver_ok = 4,
  features_ok = 8,
  needs_reset = 64,
  failed = 128,
};

constexpr std::uint8_t raw(DeviceStatus status) { return static_cast<std::uint8_t>(status); }

}  // namespace wick::virtio
