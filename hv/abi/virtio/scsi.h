// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// virtio-scsi (virtio 1.2 §5.6): a queue for control, one for events, and then those for commands.

#include "abi/virtio/common.h"

namespace wick::virtio {

inline constexpr std::uint16_t kScsiDeviceId = 8;  // §5
inline constexpr std::uint16_t kScsiFirstRequestQueue = 2;

/// §5.6.4
struct ScsiConfiguration {
  std::uint32_t queues, most_segments, most_sectors, commands_per_unit, event_bytes, sense_bytes, cdb_bytes;
  std::uint16_t last_channel, last_target;
  std::uint32_t last_unit;
};
static_assert(offsetof(ScsiConfiguration, last_target) == 30);
static_assert(sizeof(ScsiConfiguration) == 36);

/// §5.6.6.1, with the sizes that devices have after a reset. A request: this, what the device reads, a ScsiResponse,
/// and what it writes.
inline constexpr std::uint32_t kScsiCdbBytes = 32, kScsiSenseBytes = 96;
struct ScsiHeader {
  std::uint8_t unit[8];  ///< 1, the target, and the unit as 0x40 and its number
  std::uint8_t id[8];
  std::uint8_t attribute, priority, reference;
  std::uint8_t cdb[kScsiCdbBytes];
};
static_assert(sizeof(ScsiHeader) == 51);

enum class ScsiAnswer : std::uint8_t { ok = 0, overrun = 1 };

struct ScsiResponse {
  std::uint32_t sense_length, residual;
  std::uint16_t status_qualifier;
  std::uint8_t status;  ///< the target's, when `answer` is ok
  ScsiAnswer answer;
  std::uint8_t sense[kScsiSenseBytes];
};
static_assert(sizeof(ScsiResponse) == 108);

}  // namespace wick::virtio
