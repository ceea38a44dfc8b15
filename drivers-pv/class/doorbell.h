// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a device is told that there is something for it: by a register, or by a number (Access::notify) where somebody
// else has the other side: hv, or a hypervisor.

#include "class/access.h"
#include "class/registers.h"

namespace wick::drivers {

/// A value of its own, not a call through the transport: it is rung for every burst of frames.
class Doorbell {
 public:
  enum class Width { bits16, bits32 };

  constexpr Doorbell() = default;
  Doorbell(Registers registers, std::uint64_t offset, std::uint16_t queue, Width width)
      : registers_(registers), offset_(offset), queue_(queue), width_(width) {}

  Doorbell(Notify notify, std::uint32_t number) : notify_(notify), number_(number) {}

  void ring() const {
    if (notify_) {
      (void)notify_(number_);
    } else if (width_ == Width::bits32) {
      registers_.write<std::uint32_t>(offset_, queue_);
    } else {
      registers_.write<std::uint16_t>(offset_, queue_);
    }
  }

 private:
  Notify notify_ = nullptr;
  std::uint32_t number_ = 0;
  Registers registers_;
  std::uint64_t offset_ = 0;
  std::uint16_t queue_ = 0;
  Width width_ = Width::bits32;
};

}  // namespace wick::drivers
