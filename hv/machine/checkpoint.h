// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Guests that return to a checkpoint: one object does it, linked into images with that restart policy. All others have
// nothing of it among their privileged code.

#include "class/registered.h"
#include "guest/guest_map.h"

namespace wick::hv {

struct Machine;

struct Checkpoint {
  /// Before devices are driven: from now on it is told what they are given to write.
  void (*start)(MemoryRange dma);
  void (*written)(Gpa address, std::uint64_t length);
  Status (*keep)(Machine& machine);  ///< as Machine's
  void (*go_back)();                 ///< devices and memory are as they were then
};
static_assert(drivers::kIsEntry<Checkpoint>);

/// At most one: `WICK_REGISTERED("checkpoint") constexpr Checkpoint`.
extern "C" const Checkpoint hv_checkpoint_start[], hv_checkpoint_end[];

/// @return nullptr: this image has none
inline const Checkpoint* checkpoint() {
  const Checkpoint* const first = hv_checkpoint_start;
  return first != hv_checkpoint_end ? first : nullptr;
}

}  // namespace wick::hv
