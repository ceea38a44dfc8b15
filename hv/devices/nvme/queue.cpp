// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "devices/nvme/queue.h"

#include "class/shared.h"

namespace wick::hv::nvme {

Status QueuePair::place(DmaPool& pool, std::uint32_t entries) {
  mask_ = entries - 1;
  submissions_ = static_cast<Command*>(pool.take(entries * sizeof(Command), kPage));
  completions_ = static_cast<Completion*>(pool.take(entries * sizeof(Completion), kPage));
  return submissions_ && completions_ ? Status::ok : Status::no_memory;
}

void QueuePair::connect(const Registers& registers, std::uint64_t doorbell, std::uint32_t stride) {
  registers_ = registers;
  doorbell_ = doorbell;
  stride_ = stride;
}

void QueuePair::ring() {
  if (put_ == told_) return;
  told_ = put_;
  __atomic_thread_fence(__ATOMIC_RELEASE);
  registers_.write(doorbell_, put_ & mask_);
}

// §4.6: the controller inverts the phase with each round through the queue; the first one writes 1.
bool QueuePair::ready() const {
  const std::uint32_t expected = (taken_ & (mask_ + 1)) == 0 ? 1 : 0;
  return (load_acquire(completions_[taken_ & mask_].status) & 1u) == expected;
}

QueuePair::Answer QueuePair::take() {
  const Completion& from = completions_[taken_++ & mask_];
  return {load(from.id), load(from.status)};
}

void QueuePair::acknowledge() {
  if (taken_ == acknowledged_) return;
  acknowledged_ = taken_;
  registers_.write(doorbell_ + stride_, taken_ & mask_);
}

}  // namespace wick::hv::nvme
