// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A device that hv serves to the guest: a page of ordinary memory that both read and write, in the place of registers.
// Nothing traps and nothing is emulated: the guest writes its wishes, then rings the control number with
// wick_call_notify(), and when that call returns, hv has copied, checked and answered. For features the guest may ring
// of their own, or with driver_ok. Queues are the virtqueues of
// abi/ring.h; features, status bits and configuration are those of the virtio device of the entry's kind (virtio 1.2
// §2.1, §2.2, §5), so the drivers of drivers-pv/virtio work over this page as over any other transport.

#include "abi/types.h"

namespace wick {

inline constexpr unsigned kDeviceQueues = 4;

/// A feature of hv's own consoles, in the range of the device's kind: an empty buffer says that input has ended. Of a
/// device that doesn't offer it, an empty buffer says nothing.
inline constexpr std::uint64_t kEmptyEndsInput = 1ull << 20;

struct DeviceQueue {
  Gpa descriptors, available, used;  ///< the guest's; must lie in DMA memory
  std::uint16_t size;                ///< the guest's: entries, a power of two, at most `most`
  std::uint16_t most;                ///< hv's: 0 when there is no such queue
  std::uint32_t number;              ///< hv's: what wick_call_notify() takes as doorbell of this queue
};
static_assert(sizeof(DeviceQueue) == 32);
static_assert(offsetof(DeviceQueue, number) == 28);

struct DevicePage {
  std::uint64_t offered;     ///< hv's: feature bits
  std::uint64_t accepted;    ///< the guest's
  std::uint32_t status;      ///< the guest's wish before, hv's answer after the control number was rung; 0 resets
  std::uint32_t generation;  ///< hv's: changes with the configuration
  std::uint32_t control;     ///< hv's: the number to ring after `status` was written; of a live device: to have
                             ///< `configuration` brought up to date
  std::uint32_t queue_count;
  DeviceQueue queues[kDeviceQueues];
  std::uint8_t configuration[256];  ///< hv's
  std::uint8_t reserved[3680];
};
static_assert(offsetof(DevicePage, queues) == 32);
static_assert(offsetof(DevicePage, configuration) == 160);
static_assert(sizeof(DevicePage) == 4096);

}  // namespace wick
