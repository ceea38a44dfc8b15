// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Device registers: the one place where a driver touches memory that isn't memory. Each access is exactly one load or
// store of the named width, in program order with other accesses; an access beyond the window is a bug of the caller
// (see `covers`), since offsets are either fixed and checked at probe or checked where they come from the device.

#include <concepts>

#include "abi/device.h"

namespace wick::drivers::virtio {

class Registers {
 public:
  constexpr Registers() = default;
  constexpr explicit Registers(const DeviceWindow& window) : start_(raw(window.start)), length_(window.length) {}

  bool covers(std::uint64_t offset, std::uint64_t bytes) const { return bytes <= length_ && offset <= length_ - bytes; }

  template <std::unsigned_integral T>
  T read(std::uint64_t offset) const {
    return *reinterpret_cast<const volatile T*>(start_ + offset);
  }

  template <std::unsigned_integral T>
  void write(std::uint64_t offset, T value) const {
    *reinterpret_cast<volatile T*>(start_ + offset) = value;
  }

 private:
  std::uint64_t start_ = 0;
  std::uint64_t length_ = 0;
};

/// The register that tells the device that a queue has something for it. A value of its own, not a call through the
/// transport: it is rung for every burst of frames.
class Doorbell {
 public:
  enum class Width { bits16, bits32 };

  constexpr Doorbell() = default;
  Doorbell(Registers registers, std::uint64_t offset, std::uint16_t queue, Width width)
      : registers_(registers), offset_(offset), queue_(queue), width_(width) {}

  void ring() const {
    if (width_ == Width::bits32) {
      registers_.write<std::uint32_t>(offset_, queue_);
    } else {
      registers_.write<std::uint16_t>(offset_, queue_);
    }
  }

 private:
  Registers registers_;
  std::uint64_t offset_ = 0;
  std::uint16_t queue_ = 0;
  Width width_ = Width::bits32;
};

}  // namespace wick::drivers::virtio
