// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The packed virtqueue as it stands in memory (virtio 1.2 §2.8), and its arithmetic. One ring of descriptors, which the
// driver makes available and the device overwrites with used ones; two bits in each say on which lap that happened.
// Places are counted on and on: the rings here have a power of two of them, so the bit above the index is the lap's.

#include "abi/types.h"

namespace wick::drivers::virtio_packed {

struct PackedDescriptor {
  Gpa address;
  std::uint32_t length;
  std::uint16_t id;
  std::uint16_t flags;  ///< bits of DescriptorFlag, and the two below
};
static_assert(sizeof(PackedDescriptor) == 16);

inline constexpr std::uint16_t kAvailable = 1u << 7, kUsed = 1u << 15;  // §2.8.1

/// §2.8.10: when one end wants to hear from the other. Read and written as one word.
struct alignas(4) EventSuppression {
  std::uint16_t place;  ///< with `at_place`: bit 15 is the lap counter, 1 on the first lap
  std::uint16_t flags;  ///< an EventWish
};
static_assert(sizeof(EventSuppression) == 4);

enum class EventWish : std::uint16_t { always = 0, never = 1, at_place = 2 };
inline constexpr std::uint16_t kEventWishes = 3;

/// The counter of the lap that `place` is on, which begins with 1 (§2.8.1).
constexpr bool lap(std::uint16_t place, std::uint16_t size) { return (place & size) == 0; }

/// The bits of a descriptor that was made available at `place`.
constexpr std::uint16_t available_bits(std::uint16_t place, std::uint16_t size) {
  return lap(place, size) ? kAvailable : kUsed;
}
/// The bits of one that the device has used there.
constexpr std::uint16_t used_bits(std::uint16_t place, std::uint16_t size) {
  return lap(place, size) ? kAvailable | kUsed : 0;
}

/// A wish to hear when `place` is reached.
constexpr EventSuppression wish_at(std::uint16_t place, std::uint16_t size) {
  return {static_cast<std::uint16_t>((place & (size - 1)) | (lap(place, size) ? 1u << 15 : 0)),
          static_cast<std::uint16_t>(EventWish::at_place)};
}
/// Whether going on from `before` to `now` fulfils it. Whatever stands there is a wish.
constexpr bool fulfils(EventSuppression wish, std::uint16_t now, std::uint16_t before, std::uint16_t size) {
  const EventWish kind{static_cast<std::uint16_t>(wish.flags & kEventWishes)};
  if (kind != EventWish::at_place) return kind != EventWish::never;
  const unsigned place = (wish.place & 0x7fffu) + (wish.place >> 15 ? 0 : size), laps = 2u * size - 1;
  return ((now - place - 1) & laps) < ((now - before) & laps);
}

}  // namespace wick::drivers::virtio_packed
