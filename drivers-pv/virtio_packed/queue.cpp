// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio_packed/queue.h"

namespace wick::drivers::virtio_packed {

Status Queue::place(DmaPool& pool, Slot* slots, const QueueShape& shape) {
  const Status status = Ring::place(pool, shape);
  if (!ok(status)) return status;
  slots_ = slots;
  for (std::uint16_t i = 0; i < size(); ++i) slots_[i] = {nullptr, 0, static_cast<std::uint16_t>(i + 1), i, 0};
  free_ = 0;
  free_count_ = size();
  return Status::ok;
}

bool Queue::abandon(void*& token) {
  for (std::uint16_t i = 0; i < size(); ++i) {
    if (slots_[i].count == 0) continue;
    slots_[i].count = 0;
    token = slots_[i].token;
    return true;
  }
  return false;
}

}  // namespace wick::drivers::virtio_packed
