// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Device registers: the one place where a driver touches memory that isn't memory. Each access is exactly one load or
// store of the named width, in program order with other accesses; an access beyond the window is a bug of the caller
// (see `covers`), since offsets are either fixed and checked at probe or checked where they come from the device.

#include <concepts>
#include <type_traits>

#include "abi/device.h"

namespace wick::drivers {

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

  /// A field of 1, 2 or 4 bytes; 0 beyond the window.
  std::uint32_t read_field(std::uint64_t offset, unsigned width) const {
    if (!covers(offset, width)) return 0;
    if (width == 1) return read<std::uint8_t>(offset);
    return width == 2 ? read<std::uint16_t>(offset) : read<std::uint32_t>(offset);
  }

  /// An address as two registers, the low half first.
  void write_halves(std::uint64_t offset, Gpa address) const {
    write(offset, static_cast<std::uint32_t>(raw(address)));
    write(offset + 4, static_cast<std::uint32_t>(raw(address) >> 32));
  }

 private:
  std::uint64_t start_ = 0;
  std::uint64_t length_ = 0;
};

/// The same by the names that an enumeration gives to offsets.
template <typename Name>
class NamedRegisters : public Registers {
 public:
  using Registers::Registers;

  template <std::unsigned_integral T = std::uint32_t>
  T read(Name at) const {
    return Registers::read<T>(offset(at));
  }
  template <std::unsigned_integral T = std::uint32_t>
  void write(Name at, std::type_identity_t<T> value) const {
    Registers::write(offset(at), value);
  }
  void write_address(Name low, Gpa address) const { write_halves(offset(low), address); }

  static constexpr std::uint64_t offset(Name at) { return static_cast<std::uint64_t>(at); }
};

}  // namespace wick::drivers
