// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A packed ring whose places are shared out among chains of any length, as virtio/queue.h has it for both formats.

#include "virtio/queue.h"
#include "virtio_packed/ring.h"

namespace wick::drivers::virtio_packed {

/// What drivers are made of whose queues are packed.
struct PackedRings {
  using Ring = virtio_packed::Ring;
  using Queue = virtio::BasicQueue<Ring>;
  static constexpr std::uint64_t kFeature = wick::virtio::kRingPacked;
};

}  // namespace wick::drivers::virtio_packed
