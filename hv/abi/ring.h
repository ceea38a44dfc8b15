// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The split virtqueue as it stands in memory (virtio 1.2 §2.7): the one ring format of Wick, towards a cloud's device
// and towards hv alike. Layout only; the two ends are drivers-pv/virtio and hv/backend.

#include "abi/types.h"

namespace wick {

enum class DescriptorFlag : std::uint16_t { next = 1, write = 2, indirect = 4 };

struct Descriptor {
  Gpa address;
  std::uint32_t length;
  std::uint16_t flags;  ///< bits of DescriptorFlag
  std::uint16_t next;   ///< index of the chain's next descriptor, with DescriptorFlag::next
};
static_assert(sizeof(Descriptor) == 16);

/// Followed by `ring[size]`, then `used_event` (VIRTIO_F_EVENT_IDX, §2.7.10).
struct AvailableRing {
  std::uint16_t flags;
  std::uint16_t index;
  std::uint16_t ring[];

  static constexpr std::uint64_t bytes(std::uint64_t size) { return sizeof(std::uint16_t) * (size + 3); }
  std::uint16_t& used_event(std::uint32_t size) { return ring[size]; }
};
static_assert(sizeof(AvailableRing) == 4);

struct UsedElement {
  std::uint32_t id;      ///< head of the chain
  std::uint32_t length;  ///< bytes that the device wrote
};
static_assert(sizeof(UsedElement) == 8);

/// Followed by `ring[size]`, then `available_event`.
struct UsedRing {
  std::uint16_t flags;
  std::uint16_t index;
  UsedElement ring[];

  static constexpr std::uint64_t bytes(std::uint64_t size) {
    return sizeof(std::uint16_t) * 3 + sizeof(UsedElement) * size;
  }
  std::uint16_t& available_event(std::uint32_t size) { return reinterpret_cast<std::uint16_t&>(ring[size]); }
};
static_assert(sizeof(UsedRing) == 4);

inline constexpr std::uint16_t kNoInterrupt = 1;  ///< AvailableRing::flags
inline constexpr std::uint16_t kNoNotify = 1;     ///< UsedRing::flags

/// Whether moving an index from `old_index` to `new_index` passed `event` (§2.7.7.2), modulo 2^16.
constexpr bool ring_needs_event(std::uint16_t event, std::uint16_t new_index, std::uint16_t old_index) {
  return static_cast<std::uint16_t>(new_index - event - 1) < static_cast<std::uint16_t>(new_index - old_index);
}

}  // namespace wick
