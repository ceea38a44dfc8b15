// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the device is told that a queue has something for it: a register, or a call when hv serves the device.

#include "class/registers.h"

namespace wick::drivers::virtio {

/// A value of its own, not a call through the transport: it is rung for every burst of frames.
class Doorbell {
 public:
  enum class Width { bits16, bits32 };

  constexpr Doorbell() = default;
  Doorbell(Registers registers, std::uint64_t offset, std::uint16_t queue, Width width)
      : registers_(registers), offset_(offset), queue_(queue), width_(width) {}

  using Call = Status (*)(std::uint32_t number);
  Doorbell(Call call, std::uint32_t number) : call_(call), number_(number) {}

  void ring() const {
    if (call_) {
      (void)call_(number_);
    } else if (width_ == Width::bits32) {
      registers_.write<std::uint32_t>(offset_, queue_);
    } else {
      registers_.write<std::uint16_t>(offset_, queue_);
    }
  }

 private:
  Call call_ = nullptr;
  std::uint32_t number_ = 0;
  Registers registers_;
  std::uint64_t offset_ = 0;
  std::uint16_t queue_ = 0;
  Width width_ = Width::bits32;
};

}  // namespace wick::drivers::virtio
