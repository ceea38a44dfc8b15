// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The registers of an IOMMU's unit, already mapped: each access is exactly one load or store of the named width.

#include "abi/types.h"

namespace wick::hv {

/// @tparam Register enumeration of offsets
template <typename Register>
class RegisterFile {
 public:
  constexpr RegisterFile() = default;
  constexpr explicit RegisterFile(Gpa start) : start_(raw(start)) {}

  template <typename T>
  T read(Register at) const {
    return *reinterpret_cast<const volatile T*>(start_ + static_cast<std::uint64_t>(at));
  }
  template <typename T>
  void write(Register at, T value) const {
    *reinterpret_cast<volatile T*>(start_ + static_cast<std::uint64_t>(at)) = value;
  }

 private:
  std::uint64_t start_ = 0;
};

}  // namespace wick::hv
