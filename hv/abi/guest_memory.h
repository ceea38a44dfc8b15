// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A pointer that came from the guest. It can't be dereferenced, only copied through a memory access policy that
// checks it: hv never looks at guest memory twice.

#include "abi/types.h"

namespace wick {

template <typename T>
class GuestPtr {
 public:
  constexpr explicit GuestPtr(Gpa address) : address_(address) {}
  constexpr Gpa address() const { return address_; }

  /// @param memory has `bool read(Gpa, void*, size_t)`  @return false when the range isn't the guest's
  template <typename Memory>
  [[nodiscard]] bool copy_in(const Memory& memory, T& to) const {
    return memory.read(address_, &to, sizeof(T));
  }

  /// @param memory has `bool write(Gpa, const void*, size_t)`
  template <typename Memory>
  [[nodiscard]] bool copy_out(Memory& memory, const T& from) const {
    return memory.write(address_, &from, sizeof(T));
  }

 private:
  Gpa address_;
};

}  // namespace wick
